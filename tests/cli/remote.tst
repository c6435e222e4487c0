# BAM on a web server. A build of htslib without HTTP cannot read any.
P	remote: by index, the same bytes and closed ranges only	-	samtools sort -o x.bam $TEST_DATA/demo.sam 2>/dev/null; samtools index x.bam; ntrkfuse call x.bam >a && $TOP/tests/cli/serve --log log ntrkfuse call URL/x.bam >b && cmp a b && grep -q "x.bam bytes=" log && ! grep -E "x.bam (-|bytes=[0-9]+-)$" log
P	remote: a server without ranges is read in full	-	samtools sort -o x.bam $TEST_DATA/demo.sam 2>/dev/null; samtools index x.bam; ntrkfuse call x.bam >a && $TOP/tests/cli/serve --whole ntrkfuse call URL/x.bam >b && cmp a b
P	remote: a file without an index is read in full	-	samtools sort -o x.bam $TEST_DATA/demo.sam 2>/dev/null; ntrkfuse call x.bam >a && $TOP/tests/cli/serve ntrkfuse call URL/x.bam >b && cmp a b
N	remote: no such file	http.*x.bam: cannot be opened	$TOP/tests/cli/serve ntrkfuse call URL/x.bam
N	remote: a file that was cut short	x.bam: truncated	samtools sort -o y.bam $TEST_DATA/demo.sam 2>/dev/null; samtools index -b y.bam x.bam.bai; head -c 5000 y.bam >x.bam; $TOP/tests/cli/serve ntrkfuse call -o out URL/x.bam; code=$?; test ! -e out && exit $code; exit 3
N	remote: a server that goes away	x.bam: 	samtools sort -o x.bam $TEST_DATA/demo.sam 2>/dev/null; samtools index x.bam; $TOP/tests/cli/serve --die 3 ntrkfuse call -o out URL/x.bam; code=$?; test ! -e out && exit $code; exit 3
