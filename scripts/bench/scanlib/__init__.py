# SPDX-License-Identifier: MIT
"""Modules of scripts/bench/scan, in the order in which they use each other:

    plan      which genes, breaks and read pairs a made-up sample has
    files     the BAM and CRAM files, made once and kept in build/bench
    measure   commands run in turn: their seconds, their memory, what they printed
    commands  the commands that are compared; which programs of others are there
    web       a BAM behind nginx on this machine, and what was asked of it
    tables    the three tables of the benchmark
    report    the machine, the versions, Markdown, the section of README.md
"""
