# SPDX-License-Identifier: MIT
"""Modules of scripts/make_cases.py: a small simulator of aligned RNA-seq reads."""
