/* SPDX-License-Identifier: Apache-2.0 */
/* xie/seal/zip.h — ZIP archives (PKWARE APPNOTE 6.3.x; stored and deflated entries only) as evidence travels in.
 *
 * The reader believes nothing: every size is checked against the bytes that are there and against a limit, names may
 * not climb out of their folder, entries may not overlap or stand twice, and the central directory and the local
 * headers must agree.  The writer stores without compression and is deterministic: the same entries give the same bytes,
 * and no byte of what it writes is without meaning (xie_zip_is_plain), so that no change goes unseen.
 * Not supported, and refused by name: encryption, ZIP64, several disks, other compression methods. */
#ifndef XIE_SEAL_ZIP_H
#define XIE_SEAL_ZIP_H

#include <stdint.h>
#include <stdio.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"

struct xie_zip_entry {
	xie_str name;       /* UTF-8, relative, '/' between folders */
	uint64_t packed, size;
	uint64_t at;        /* offset of its bytes in the archive */
	uint32_t crc;
	uint16_t method;    /* 0 stored, 8 deflated */
};

struct xie_zip {
	const uint8_t *p;
	size_t n;
	const struct xie_zip_entry *entries; /* in the order of the central directory; folders left out */
	uint32_t count;
};

struct xie_zip_limits {
	uint32_t entries;
	uint64_t entry_size, total_size; /* unpacked bytes */
};

/* bytes: kept.  TRUNCATED, MALFORMED, RANGE (a path that climbs out), DUPLICATE, LIMIT, UNKNOWN (a feature above). */
xie_status xie_zip_open(xie_arena *mem, const void *bytes, size_t n, struct xie_zip_limits lim, struct xie_zip *ret_z,
                        struct xie_err *reterr) XIE_MUST_USE;
/* The unpacked bytes of entry i, in mem (or in the archive when stored).  CHECKSUM, CORRUPT, LIMIT. */
xie_status xie_zip_read(const struct xie_zip *z, uint32_t i, xie_arena *mem, xie_str *ret_bytes, struct xie_err *reterr) XIE_MUST_USE;
/* The entry of this name, or UINT32_MAX. */
uint32_t xie_zip_find(const struct xie_zip *z, const char *name);
/* Is the archive, byte for byte, what the writer below makes of these entries in this order? */
bool xie_zip_is_plain(const struct xie_zip *z);
/* Is the name one that the reader accepts? */
bool xie_zip_name_ok(xie_str name);

struct xie_zip_out;
/* f: kept, written from where it stands. */
xie_status xie_zip_begin(FILE *f, struct xie_zip_out **ret_z) XIE_MUST_USE;
/* name: copied.  RANGE for a bad name or 4 GiB and more, IO. */
xie_status xie_zip_add(struct xie_zip_out *z, const char *name, const void *p, size_t n) XIE_MUST_USE;
/* Writes the directory; z is freed in any case, f stays open. */
xie_status xie_zip_end(struct xie_zip_out *z) XIE_MUST_USE;

#endif
