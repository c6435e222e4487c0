# The generated inputs, and the program that judges outputs by their .check files.
P	the files of test-data are what scripts/make_cases.py makes	-	$TOP/scripts/make_cases.py --check
P	the demo sample shows its two fusions	-	ntrkfuse call $TEST_DATA/demo.sam >out.tsv && $TOP/tests/cli/verify $TEST_DATA/demo.check out.tsv
P	verify: every kind of line that holds	-	printf '##x=1\na\tb\n1\tfoo\n2\tbar\n' >t; printf 'row\ta=1\tb=foo\nrow\ta>=2\tb~^ba\nrow\ta<=1\tb!=bar\nnorow\ta=1\tb=bar\nrows\t2\nhead\t^##x\n' >c; $TOP/tests/cli/verify c t
N	verify: a row that is not there	c:1: no row with a=1.*b is 'foo'	printf 'a\tb\n1\tfoo\n' >t; printf 'row\ta=1\tb=bar\n' >c; $TOP/tests/cli/verify c t
N	verify: a row that must not be there	c:1: a row with a=1	printf 'a\tb\n1\tfoo\n' >t; printf 'norow\ta=1\n' >c; $TOP/tests/cli/verify c t
N	verify: a wrong number of rows	c:1: 1 rows, not 0	printf 'a\tb\n1\tfoo\n' >t; printf 'rows\t0\n' >c; $TOP/tests/cli/verify c t
N	verify: a number that is too small	c:1: no row	printf 'a\tb\n1\tfoo\n' >t; printf 'row\ta>=2\n' >c; $TOP/tests/cli/verify c t
N	verify: a word is no number	c:1: no row	printf 'a\tb\n1\tfoo\n' >t; printf 'row\tb>=0\n' >c; $TOP/tests/cli/verify c t
N	verify: a missing ## line	c:1: no ## line	printf 'a\tb\n1\tfoo\n' >t; printf 'head\t^##x\n' >c; $TOP/tests/cli/verify c t
U	verify: an unknown column	no column 'z'	printf 'a\tb\n1\tfoo\n' >t; printf 'row\tz=1\n' >c; $TOP/tests/cli/verify c t
U	verify: a line of no kind	cannot read	printf 'a\tb\n' >t; printf 'column\ta\n' >c; $TOP/tests/cli/verify c t
U	verify: an empty output	no header line	: >t; printf 'rows\t0\n' >c; $TOP/tests/cli/verify c t
