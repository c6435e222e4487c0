/* SPDX-License-Identifier: MIT */
/* Options that are fine one by one and wrong together. The costly mistake is an output that is
 * also an input: files are therefore compared by device and inode, so that "./a.bam", a link
 * and a redirected standard output are seen for what they are. */
#include "ntrkfuse/options_judge.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntrkfuse/arena.h"
#include "ntrkfuse/log.h"
#include "ntrkfuse/refdata.h"

/* htslib's way to name a file and its index in one word. */
#define INDEX_MARK "##idx##"
#define FILE_SCHEME "file://"

static const struct contradiction {
    enum nf_option first, second;
    const char *message;
} contradictions[] = {
    {NF_OPT_FULL_SCAN, NF_OPT_INDEX,
     "--full-scan ignores any index, --index (-X) names one; leave one of them out"},
    {NF_OPT_QUIET, NF_OPT_VERBOSITY,
     "--quiet and --verbosity both say how much to print; leave one of them out"},
};

/* A file that an option names. */
struct file_use {
    const char *option; /* for messages: "--json" */
    const char *path;
    bool is_output;
};

struct file_list {
    NF_VEC(struct file_use) files;
    struct nf_arena arena; /* holds paths cut out of others */
    bool failed;           /* memory was short */
};

static void note_file(struct file_list *list, const char *option, const char *path,
                      bool is_output)
{
    if (path && nf_vec_push(&list->files, (struct file_use){option, path, is_output}))
        list->failed = true;
}

/* "file:///a.bam" is the local /a.bam. */
static const char *without_scheme(const char *path)
{
    bool local = strncmp(path, FILE_SCHEME "/", strlen(FILE_SCHEME "/")) == 0;
    return local ? path + strlen(FILE_SCHEME) : path;
}

/* The indexes that may stand beside the input, under both usual names. */
static void note_indexes(struct file_list *list, const char *path)
{
    static const char *const endings[] = {".bai", ".csi", ".crai"};
    const char *dot = strrchr(path, '.');
    size_t n_path = strlen(path), n_stem = dot ? (size_t)(dot - path) : n_path;

    for (size_t i = 0; i < 6; i++) {
        size_t n = i < 3 ? n_path : n_stem, n_ending = strlen(endings[i % 3]);
        char *name = nf_arena_alloc(&list->arena, n + n_ending + 1, 1);
        if (!name) {
            list->failed = true;
            return;
        }
        memcpy(name, path, n);
        memcpy(name + n, endings[i % 3], n_ending);
        note_file(list, "the input's index", name, false);
    }
}

/* The input, or both files that "FILE##idx##INDEX" names. */
static void note_input(struct file_list *list, const char *input)
{
    const char *mark = strstr(input, INDEX_MARK);
    size_t length = mark ? (size_t)(mark - input) : strlen(input);
    const char *path = nf_arena_copy(&list->arena, input, length);

    if (!path) {
        list->failed = true;
        return;
    }
    note_file(list, "the input", without_scheme(path), false);
    if (mark)
        note_file(list, "the input's index", without_scheme(mark + strlen(INDEX_MARK)), false);
}

/* The path of the input without "##idx##…". */
static void note_input_indexes(struct file_list *list, const char *input)
{
    const char *mark = strstr(input, INDEX_MARK);
    size_t length = mark ? (size_t)(mark - input) : strlen(input);
    const char *path = nf_arena_copy(&list->arena, input, length);

    if (!path)
        list->failed = true;
    else if (strcmp(path, "-") != 0)
        note_indexes(list, without_scheme(path));
}

/* A file named by two parts, which the list keeps. */
static void note_joined(struct file_list *list, const char *option, const char *start,
                        const char *end)
{
    size_t n_start = strlen(start), n_end = strlen(end);
    char *name = nf_arena_alloc(&list->arena, n_start + n_end + 1, 1);
    if (!name) {
        list->failed = true;
        return;
    }
    memcpy(name, start, n_start);
    memcpy(name + n_start, end, n_end + 1);
    note_file(list, option, name, false);
}

/* The tables of a folder, and the index of a FASTA. */
static void note_companions(struct file_list *list, const struct nf_call_options *options)
{
    const char *table;
    for (size_t i = 0; options->ref_dir && (table = nf_refdata_name(i)) != NULL; i++) {
        char name[NAME_MAX + 2];
        snprintf(name, sizeof name, "/%s", table);
        note_joined(list, "a table of --ref-dir", options->ref_dir, name);
    }
    if (options->reference) {
        note_joined(list, "the index of --reference", options->reference, ".fai");
        note_joined(list, "the index of --reference", options->reference, ".gzi");
    }
}

static void note_all(struct file_list *list, const struct nf_call_options *options)
{
    note_file(list, "--output", options->output, true);
    note_file(list, "--json", options->json, true);
    note_file(list, "--verdict", options->verdict, true);
    note_input(list, options->input);
    note_file(list, "--index", options->index, false);
    note_file(list, "--reference", options->reference, false);
    note_file(list, "--gtf", options->gtf, false);
    note_file(list, "--primers", options->primers, false);
    for (size_t i = 0; i < options->chimeric.n; i++)
        note_file(list, "--chimeric", options->chimeric.items[i], false);
    note_companions(list, options);
    note_input_indexes(list, options->input);
}

static bool is_stream(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool find_inode(const struct file_use *file, struct stat *found)
{
    if (is_stream(file->path))
        return fstat(file->is_output ? STDOUT_FILENO : STDIN_FILENO, found) == 0;
    return stat(file->path, found) == 0;
}

static bool is_same_inode(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_null_device(const struct stat *file)
{
    struct stat null_device;
    return S_ISCHR(file->st_mode) && stat("/dev/null", &null_device) == 0 &&
           is_same_inode(file, &null_device);
}

/* Two outputs that do not exist yet: the same name in the same folder. */
static bool is_same_new_file(struct nf_arena *arena, const char *a, const char *b)
{
    char *copies[4]; /* dirname and basename may change what they are given */
    struct stat folder_a, folder_b;

    for (int i = 0; i < 4; i++) {
        const char *path = i < 2 ? a : b;
        copies[i] = nf_arena_copy(arena, path, strlen(path));
        if (!copies[i])
            return strcmp(a, b) == 0;
    }
    return strcmp(basename(copies[0]), basename(copies[2])) == 0 &&
           stat(dirname(copies[1]), &folder_a) == 0 &&
           stat(dirname(copies[3]), &folder_b) == 0 && is_same_inode(&folder_a, &folder_b);
}

/* Whether writing `output` would harm `other`. Devices and pipes can be read and written at
 * once (a terminal is), two outputs may share none but /dev/null. */
static bool is_clash(struct nf_arena *arena, const struct file_use *output,
                     const struct file_use *other)
{
    struct stat a, b;
    bool exists_a = find_inode(output, &a), exists_b = find_inode(other, &b);

    if (exists_a && exists_b) {
        bool shareable = other->is_output ? is_null_device(&a) : !S_ISREG(a.st_mode);
        return is_same_inode(&a, &b) && !shareable;
    }
    if (exists_a || exists_b || !other->is_output)
        return false;
    return is_same_new_file(arena, output->path, other->path);
}

static enum nf_status judge_outputs(struct file_list *list)
{
    for (size_t i = 0; i < list->files.n; i++) {
        const struct file_use *output = &list->files.items[i];
        for (size_t k = i + 1; output->is_output && k < list->files.n; k++) {
            const struct file_use *other = &list->files.items[k];
            if (!is_clash(&list->arena, output, other))
                continue;
            if (is_stream(output->path) && is_stream(other->path))
                return nf_fail(NF_ERR_USAGE,
                               "%s and %s both write to standard output; name a file for one",
                               output->option, other->option);
            return nf_fail(NF_ERR_USAGE, "%s and %s name the same file, '%s'; name another",
                           output->option, other->option,
                           is_stream(other->path) ? output->path : other->path);
        }
    }
    return NF_OK;
}

static enum nf_status judge_standard_input(const struct file_list *list)
{
    const struct file_use *first = NULL;

    for (size_t i = 0; i < list->files.n; i++) {
        const struct file_use *file = &list->files.items[i];
        if (file->is_output || !is_stream(file->path))
            continue;
        if (first)
            return nf_fail(NF_ERR_USAGE,
                           "%s and %s both read standard input; name a file for one",
                           first->option, file->option);
        first = file;
    }
    return NF_OK;
}

/* An index that could not be used, or a second one. */
static enum nf_status judge_index(const struct nf_call_options *options)
{
    bool marked = strstr(options->input, INDEX_MARK) != NULL;

    if (marked && options->index)
        return nf_fail(NF_ERR_USAGE, "the input names an index after " INDEX_MARK
                                     " and --index (-X) another; leave one of them out");
    if (marked && options->full_scan)
        return nf_fail(NF_ERR_USAGE,
                       "--full-scan ignores any index, the input names one after " INDEX_MARK
                       "; leave one of them out");
    if (options->index && is_stream(options->input))
        return nf_fail(NF_ERR_USAGE,
                       "standard input cannot be read by an index; leave --index "
                       "(-X) out or name the file");
    return NF_OK;
}

static enum nf_status judge_files(const struct nf_call_options *options)
{
    struct file_list list = {0};
    enum nf_status status;

    note_all(&list, options);
    status = list.failed ? nf_fail_memory("the list of files") : judge_standard_input(&list);
    if (!status)
        status = judge_outputs(&list);
    nf_vec_free(&list.files);
    nf_arena_free(&list.arena);
    return status;
}

enum nf_status nf_options_judge(const struct nf_call_options *options,
                                const bool given[NF_N_OPTIONS])
{
    enum nf_status status;

    for (size_t i = 0; i < sizeof contradictions / sizeof contradictions[0]; i++) {
        if (given[contradictions[i].first] && given[contradictions[i].second])
            return nf_fail(NF_ERR_USAGE, "%s", contradictions[i].message);
    }
    if (!options->input)
        return nf_fail(NF_ERR_USAGE,
                       "no input; name a BAM, CRAM or SAM file, or - for standard "
                       "input: ntrkfuse call in.bam");
    status = judge_index(options);
    return status ? status : judge_files(options);
}
