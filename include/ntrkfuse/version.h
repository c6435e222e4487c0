/* SPDX-License-Identifier: MIT */
/* version: the one place that says which ntrkfuse this is. Level: base. */
#ifndef NTRKFUSE_VERSION_H
#define NTRKFUSE_VERSION_H

#define NF_VERSION "0.1.0"

#endif
