/* SPDX-License-Identifier: Apache-2.0 */
/* xie/base/banned.h — calls that lose a length, a lock or a locale do not compile here.
 * A file that must talk to an interface which needs one of them says why and undefines it. */
#ifndef XIE_BASE_BANNED_H
#define XIE_BASE_BANNED_H

/* System headers declare these; include them before the ban so that their own text still compiles. */
#if __STDC_HOSTED__ && defined(XIE_HOSTED)
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#endif
#include <string.h>

#define XIE_BANNED(f) xie_banned_##f##_see_banned_h
#undef strcpy
#define strcpy(...) XIE_BANNED(strcpy)()
#undef strcat
#define strcat(...) XIE_BANNED(strcat)()
#undef strncpy
#define strncpy(...) XIE_BANNED(strncpy)()
#undef strncat
#define strncat(...) XIE_BANNED(strncat)()
#undef sprintf
#define sprintf(...) XIE_BANNED(sprintf)()
#undef vsprintf
#define vsprintf(...) XIE_BANNED(vsprintf)()
#undef strtok
#define strtok(...) XIE_BANNED(strtok)()
#undef gets
#define gets(...) XIE_BANNED(gets)()
#undef atoi
#define atoi(...) XIE_BANNED(atoi)()
#undef atol
#define atol(...) XIE_BANNED(atol)()
#undef atof
#define atof(...) XIE_BANNED(atof)()
#undef strtol
#define strtol(...) XIE_BANNED(strtol)()
#undef localtime
#define localtime(...) XIE_BANNED(localtime)()
#undef gmtime
#define gmtime(...) XIE_BANNED(gmtime)()
#undef ctime
#define ctime(...) XIE_BANNED(ctime)()
#undef rand
#define rand(...) XIE_BANNED(rand)()

#endif
