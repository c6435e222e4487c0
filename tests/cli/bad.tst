# Wrong inputs of test-data/bad (made by scripts/make_cases.py): one clear message each, or an
# honest result. Fields: P|N|U, name, what stderr must match (grep -E) or -, command.
P	good: the file the bad ones were made from	-	ntrkfuse call $BAD/good.sam >out.tsv && $TOP/tests/cli/verify $BAD/sa_malformed.check out.tsv
# --- headers
N	header: no contig of a target	none of the target genes|NTRK	ntrkfuse call $BAD/no_targets.sam
N	header: lengths of no known assembly	assembly	ntrkfuse call $BAD/unknown_assembly.sam
N	header: one wrong length	assembly	ntrkfuse call $BAD/one_length_wrong.sam
N	header: contigs of two assemblies	assembly	ntrkfuse call $BAD/mixed_assemblies.sam
N	header: mouse	assembly	ntrkfuse call $BAD/mouse.sam
N	header: unknown assembly names the remedy	--gtf	ntrkfuse call $BAD/mouse.sam
N	header: several samples	--sample	ntrkfuse call $BAD/several_samples.sam
P	header: several samples and --sample	-	ntrkfuse call --sample second $BAD/several_samples.sam
N	header: a contig twice	repeated_contig\.sam|chr1	ntrkfuse call $BAD/repeated_contig.sam
N	header: no contig at all	no_contigs\.sam.*(@SQ|contig)	ntrkfuse call $BAD/no_contigs.sam
N	header: none	no_header\.sam	ntrkfuse call $BAD/no_header.sam
# --- no alignment file
N	format: a letter	only_text\.sam	ntrkfuse call $BAD/only_text.sam
N	format: no byte	zero_bytes\.sam.*empty	ntrkfuse call $BAD/zero_bytes.sam
N	format: gzip by its first bytes only	gzip_magic\.sam	ntrkfuse call $BAD/gzip_magic.sam
N	format: BAM by its first bytes only	bam_magic\.bam	ntrkfuse call $BAD/bam_magic.bam
N	format: CRAM by its first bytes only	cram_magic\.cram	ntrkfuse call $BAD/cram_magic.cram
N	format: no such file	absent\.bam.*(No such file|not exist)	ntrkfuse call $BAD/absent.bam
N	format: a folder	folder	ntrkfuse call $BAD
N	format: gzip that breaks off	cut\.sam\.gz	gzip -c $BAD/good.sam | head -c 1500 >cut.sam.gz; ntrkfuse call cut.sam.gz
N	format: BAM cut inside a block	cut\.bam.*truncated	head -c 3000 $BAMS/star_soft.bam >cut.bam; ntrkfuse call cut.bam
N	format: BAM without its last block	cut\.bam.*end-of-file	head -c -28 $BAMS/star_soft.bam >cut.bam; ntrkfuse call cut.bam
N	format: BAM cut on standard input	-:	head -c 3000 $BAMS/star_soft.bam | ntrkfuse call -
N	format: nothing on standard input	-	ntrkfuse call - </dev/null
# --- records
N	record: unknown CIGAR operation	cigar_unknown\.sam	ntrkfuse call $BAD/cigar_unknown.sam
N	record: CIGAR operation without a length	cigar_no_length\.sam	ntrkfuse call $BAD/cigar_no_length.sam
N	record: CIGAR number out of range	cigar_too_long\.sam	ntrkfuse call $BAD/cigar_too_long.sam
N	record: CIGAR and bases differ in length	cigar_and_bases_differ\.sam	ntrkfuse call $BAD/cigar_and_bases_differ.sam
N	record: bases and qualities differ in length	bases_and_qualities_differ\.sam	ntrkfuse call $BAD/bases_and_qualities_differ.sam
N	record: a flag that is no number	flag_word\.sam	ntrkfuse call $BAD/flag_word.sam
P	record: a flag above 65535	-	ntrkfuse call $BAD/flag_too_big.sam
N	record: a position that is no number	position_word\.sam	ntrkfuse call $BAD/position_word.sam
N	record: a negative position	position_negative\.sam	ntrkfuse call $BAD/position_negative.sam
P	record: beyond the end of its contig	-	ntrkfuse call $BAD/position_beyond_contig.sam
P	record: a mapping quality above 255	-	ntrkfuse call $BAD/mapq_too_big.sam
P	record: on a contig the header lacks	-	ntrkfuse call $BAD/contig_unknown.sam
N	record: too few columns	few_columns\.sam	ntrkfuse call $BAD/few_columns.sam
N	record: a tag without a type	tag_without_type\.sam	ntrkfuse call $BAD/tag_without_type.sam
P	record: a tag with a word for a number	-	ntrkfuse call $BAD/tag_bad_integer.sam
N	record: the last line cut	last_line_cut\.sam	ntrkfuse call $BAD/last_line_cut.sam
P	SA: every malformed one is passed over	-	ntrkfuse call $BAD/sa_malformed.sam >out.tsv && $TOP/tests/cli/verify $BAD/sa_malformed.check out.tsv
P	SA: ten thousand entries within 5 s	-	timeout 5 ntrkfuse call $BAD/sa_ten_thousand.sam >out.tsv && $TOP/tests/cli/verify $BAD/sa_ten_thousand.check out.tsv
N	a failed run leaves no output	-	ntrkfuse call -o out.tsv $BAD/cigar_unknown.sam; code=$?; [ -z "$(ls -A)" ] || exit 3; exit $code
# --- gene models
N	GTF: a line with eight columns	columns\.gtf:3	ntrkfuse call --gtf $BAD/columns.gtf $BAD/good.sam
N	GTF: a start that is no number	start_word\.gtf:3	ntrkfuse call --gtf $BAD/start_word.gtf $BAD/good.sam
N	GTF: start 0	start_zero\.gtf:3	ntrkfuse call --gtf $BAD/start_zero.gtf $BAD/good.sam
N	GTF: an end before its start	end_before_start\.gtf:3	ntrkfuse call --gtf $BAD/end_before_start.gtf $BAD/good.sam
N	GTF: a strand that is none	strand\.gtf:3	ntrkfuse call --gtf $BAD/strand.gtf $BAD/good.sam
N	GTF: an exon without transcript_id	no_transcript_id\.gtf:3	ntrkfuse call --gtf $BAD/no_transcript_id.gtf $BAD/good.sam
N	GTF: a quote that is not closed	unclosed_quote\.gtf:3	ntrkfuse call --gtf $BAD/unclosed_quote.gtf $BAD/good.sam
N	GTF: no exon	no_exons\.gtf	ntrkfuse call --gtf $BAD/no_exons.gtf $BAD/good.sam
N	GTF: none of its contigs in the input	other_contigs\.gtf	ntrkfuse call --gtf $BAD/other_contigs.gtf $BAD/good.sam
N	GTF: absent	absent\.gtf	ntrkfuse call --gtf absent.gtf $BAD/good.sam
N	GTF: gzip that breaks off	cut\.gtf\.gz	gzip -c $CASES/gtf_other_genome.gtf | head -c 300 >cut.gtf.gz; ntrkfuse call --gtf cut.gtf.gz $BAD/good.sam
# --- separate chimeric output
N	chimeric: a line with five columns	columns\.junction:2	ntrkfuse call --chimeric $BAD/columns.junction $BAD/good.sam
N	chimeric: a position that is no number	position_word\.junction:2	ntrkfuse call --chimeric $BAD/position_word.junction $BAD/good.sam
N	chimeric: a strand that is none	strand\.junction:2	ntrkfuse call --chimeric $BAD/strand.junction $BAD/good.sam
N	chimeric: a CIGAR that is none	cigar\.junction:2	ntrkfuse call --chimeric $BAD/cigar.junction $BAD/good.sam
N	chimeric: words	words\.junction	ntrkfuse call --chimeric $BAD/words.junction $BAD/good.sam
P	chimeric: no chimeric read	-	ntrkfuse call --chimeric $BAD/nothing.junction $BAD/good.sam
N	chimeric: absent	absent\.junction	ntrkfuse call --chimeric absent.junction $BAD/good.sam
N	chimeric: a damaged SAM	cigar_unknown\.sam	ntrkfuse call --chimeric $BAD/cigar_unknown.sam $BAD/good.sam
# --- tables
N	tables: a folder that is none	absent	ntrkfuse call --ref-dir absent $BAD/good.sam
N	tables: a folder with a wrong table and without the others	bad/tables	ntrkfuse call --ref-dir $BAD/tables $BAD/good.sam
P	tables: a copy of the ones compiled in	-	cp -r $REF tables && ntrkfuse call --ref-dir tables $BAD/good.sam >a && ntrkfuse call $BAD/good.sam >b && cmp a b
N	tables: a line with one field	tables/partners\.tsv:[0-9]+	cp -r $REF tables && chmod -R u+w tables && echo NTRK1 >>tables/partners.tsv && ntrkfuse call --ref-dir tables $BAD/good.sam
N	tables: a position that is no number	tables/junctions\.tsv:[0-9]+	cp -r $REF tables && chmod -R u+w tables && sed -i 's/chr9:133067205/chr9:x/' tables/junctions.tsv && ntrkfuse call --ref-dir tables $BAD/good.sam
N	tables: a target without a gene model	NTRK9	cp -r $REF tables && chmod -R u+w tables && sed -i 's/^NTRK3\t/NTRK9\t/' tables/targets.tsv && ntrkfuse call --ref-dir tables $BAD/good.sam
N	tables: a renamed column	tables/transcripts\.grch38\.tsv:[0-9]+	cp -r $REF tables && chmod -R u+w tables && sed -i 's/^gene\ttranscript/gen\ttranscript/' tables/transcripts.grch38.tsv && ntrkfuse call --ref-dir tables $BAD/good.sam
N	tables: an exon that ends before it starts	tables/transcripts\.grch38\.tsv:[0-9]+	cp -r $REF tables && chmod -R u+w tables && sed -i '/^ETV6\tNM_001987.5/s/\t11650160,/\t11649000,/' tables/transcripts.grch38.tsv && ! cmp -s $REF/transcripts.grch38.tsv tables/transcripts.grch38.tsv && ntrkfuse call --ref-dir tables $BAD/good.sam
# --- primers
N	primers: a line with two columns	primers_columns\.bed:1	ntrkfuse call --library amplicon --primers $BAD/primers_columns.bed $BAD/good.sam
N	primers: a start that is no number	primers_word\.bed:1	ntrkfuse call --library amplicon --primers $BAD/primers_word.bed $BAD/good.sam
N	primers: an end before its start	primers_backwards\.bed:1	ntrkfuse call --library amplicon --primers $BAD/primers_backwards.bed $BAD/good.sam
