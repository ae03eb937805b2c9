/* SPDX-License-Identifier: Apache-2.0 */
/* fault_vfs.h — a disk that fails when it is told to: the system's VFS of SQLite with a hand on write, fsync and growth.
 * Included by the one test that uses it. */
#ifndef XIE_TESTS_FAULT_VFS_H
#define XIE_TESTS_FAULT_VFS_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum fault {
	FAULT_NONE,
	FAULT_FULL,       /* no write that makes a file longer, as when the disk is full */
	FAULT_SYNC,       /* fsync answers with an error */
	FAULT_WRITE,      /* no write at all */
	FAULT_TORN,       /* a write ends in the middle, and says that it failed */
};
/* What fails, in files whose name has this in it; how often it did. */
static _Atomic int fault_now;
static const char *_Atomic fault_in = "";
static _Atomic unsigned fault_count;

struct fault_file {
	sqlite3_file base;
	const char *name;
	sqlite3_file *real; /* behind this struct */
};

static sqlite3_file *fault_real(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}

static bool fault_hits(sqlite3_file *f, int which)
{
	const char *name = ((struct fault_file *)f)->name;
	if (fault_now != which || name == NULL || strstr(name, fault_in) == NULL)
		return false;
	fault_count++;
	return true;
}

static int fault_close(sqlite3_file *f)
{
	return fault_real(f)->pMethods->xClose(fault_real(f));
}
static int fault_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return fault_real(f)->pMethods->xRead(fault_real(f), p, n, at);
}
static int fault_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	return fault_real(f)->pMethods->xFileSize(fault_real(f), ret);
}
static int fault_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	sqlite3_int64 size = 0;
	if (fault_now == FAULT_FULL && (fault_size(f, &size) != SQLITE_OK || at + n > size) && fault_hits(f, FAULT_FULL))
		return SQLITE_FULL;
	if (fault_hits(f, FAULT_WRITE))
		return SQLITE_IOERR_WRITE;
	if (fault_hits(f, FAULT_TORN)) {
		(void)fault_real(f)->pMethods->xWrite(fault_real(f), p, n / 2, at);
		return SQLITE_IOERR_WRITE;
	}
	return fault_real(f)->pMethods->xWrite(fault_real(f), p, n, at);
}
static int fault_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return fault_real(f)->pMethods->xTruncate(fault_real(f), n);
}
static int fault_sync(sqlite3_file *f, int flags)
{
	return fault_hits(f, FAULT_SYNC) ? SQLITE_IOERR_FSYNC : fault_real(f)->pMethods->xSync(fault_real(f), flags);
}
static int fault_lock(sqlite3_file *f, int how)
{
	return fault_real(f)->pMethods->xLock(fault_real(f), how);
}
static int fault_unlock(sqlite3_file *f, int how)
{
	return fault_real(f)->pMethods->xUnlock(fault_real(f), how);
}
static int fault_reserved(sqlite3_file *f, int *ret)
{
	return fault_real(f)->pMethods->xCheckReservedLock(fault_real(f), ret);
}
static int fault_control(sqlite3_file *f, int op, void *arg)
{
	return fault_real(f)->pMethods->xFileControl(fault_real(f), op, arg);
}
static int fault_sector(sqlite3_file *f)
{
	return fault_real(f)->pMethods->xSectorSize(fault_real(f));
}
static int fault_device(sqlite3_file *f)
{
	return fault_real(f)->pMethods->xDeviceCharacteristics(fault_real(f));
}
static int fault_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
	return fault_real(f)->pMethods->xShmMap(fault_real(f), page, size, extend, ret);
}
static int fault_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return fault_real(f)->pMethods->xShmLock(fault_real(f), at, n, flags);
}
static void fault_shm_barrier(sqlite3_file *f)
{
	fault_real(f)->pMethods->xShmBarrier(fault_real(f));
}
static int fault_shm_unmap(sqlite3_file *f, int gone)
{
	return fault_real(f)->pMethods->xShmUnmap(fault_real(f), gone);
}

static const sqlite3_io_methods fault_methods = { /* version 2: no memory maps, every write passes here */
	.iVersion = 2, .xClose = fault_close, .xRead = fault_read, .xWrite = fault_write, .xTruncate = fault_truncate,
	.xSync = fault_sync, .xFileSize = fault_size, .xLock = fault_lock, .xUnlock = fault_unlock,
	.xCheckReservedLock = fault_reserved, .xFileControl = fault_control, .xSectorSize = fault_sector,
	.xDeviceCharacteristics = fault_device, .xShmMap = fault_shm_map, .xShmLock = fault_shm_lock,
	.xShmBarrier = fault_shm_barrier, .xShmUnmap = fault_shm_unmap,
};

static int fault_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	sqlite3_vfs *real = v->pAppData;
	struct fault_file *k = (struct fault_file *)f;
	k->name = name;
	k->real = (sqlite3_file *)(void *)((char *)f + sizeof *k);
	int rc = real->xOpen(real, name, k->real, flags, ret_flags);
	f->pMethods = rc == SQLITE_OK ? &fault_methods : NULL;
	return rc;
}

/* Registers the VFS "fault" once. */
static void fault_register(void)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);
	if (vfs.zName != NULL)
		return;
	vfs = *real;
	vfs.zName = "fault";
	vfs.pAppData = real;
	vfs.szOsFile = (int)sizeof(struct fault_file) + real->szOsFile;
	vfs.xOpen = fault_open;
	(void)sqlite3_vfs_register(&vfs, 0);
}

static void fault_set(enum fault what, const char *in)
{
	fault_in = in;
	fault_count = 0;
	fault_now = what;
}

#endif
