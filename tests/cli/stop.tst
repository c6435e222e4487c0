# The program is told to stop while it waits or works: exit status, no output, no temporary file.
P	stop: a pipe that delivers nothing	-	$TOP/tests/cli/stop --files 1 TERM ntrkfuse call -o out.tsv -
P	stop: the same, two outputs and four threads	-	$TOP/tests/cli/stop --files 2 TERM ntrkfuse call -@ 4 -o out.tsv --json out.json -
P	stop: a BAM that stalls	input: -, BAM	samtools view -b -o in.bam $TEST_DATA/demo.sam && $TOP/tests/cli/stop --files 2 --when aligner: --feed in.bam INT ntrkfuse call -o out.tsv --json out.json -
P	stop: a BAM that stalls, four threads	input: -, BAM	samtools view -b -o in.bam $TEST_DATA/demo.sam && $TOP/tests/cli/stop --files 3 --when aligner: --feed in.bam TERM ntrkfuse call -@ 4 -o out.tsv --json out.json --verdict v -
P	stop: SAM text that stalls	input: -, SAM	$TOP/tests/cli/stop --files 1 --when aligner: --feed $TEST_DATA/demo.sam HUP ntrkfuse call -o out.tsv -
P	stop: SAM text that stalls, four threads	input: -, SAM	$TOP/tests/cli/stop --files 2 --when aligner: --feed $TEST_DATA/demo.sam TERM ntrkfuse call -@ 4 -o out.tsv --json out.json -
P	stop: gene models that nobody writes	-	mkfifo genes.gtf && $TOP/tests/cli/stop --files 1 --when prior: TERM ntrkfuse call --gtf genes.gtf -o out.tsv $TEST_DATA/demo.sam
P	stop: a table that nobody reads	-	$TOP/tests/cli/stop --unread --files 2 --when "junctions with support" TERM ntrkfuse call --json out.json --verdict v $TEST_DATA/demo.sam
P	stop: a JSON that nobody reads	-	$TOP/tests/cli/stop --unread --files 1 --when "junctions with support" INT ntrkfuse call -o out.tsv --json - $TEST_DATA/demo.sam
P	stop: an output that nobody opens	-	mkfifo table && $TOP/tests/cli/stop --when "ntrkfuse [0-9]" TERM ntrkfuse call -o table $TEST_DATA/demo.sam
