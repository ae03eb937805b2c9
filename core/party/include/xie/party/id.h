/* SPDX-License-Identifier: Apache-2.0 */
/* xie/party/id.h — identifiers of parties and what their check digits say.
 *
 * A check warns and never refuses: real codes exist that fail theirs (unified social credit codes of 2015 and 2016 among
 * them), so a verdict is stored beside the number (id_check = FAIL) and shown; the number is kept as it was given. */
#ifndef XIE_PARTY_ID_H
#define XIE_PARTY_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/str.h"

enum xie_id_check {
	XIE_ID_OK,
	XIE_ID_FORM,  /* length or characters are not those of this kind */
	XIE_ID_DATE,  /* a date inside it does not exist */
	XIE_ID_CHECK, /* the (outer) check digit does not match */
	XIE_ID_INNER, /* the inner check digit of an organisation code does not match */
	XIE_ID_CHECKS
};
/* "ok", "form", "date", "check", "inner" */
const char *xie_id_check_name(enum xie_id_check c);

/* Unified social credit code, GB 32100-2015: 18 characters, capital letters. */
enum xie_id_check xie_id_uscc(xie_str s);
/* Resident id, GB 11643: 18 digits (the last may be X), or the old 15 digits without a check digit. */
enum xie_id_check xie_id_resident(xie_str s);
/* The 18-digit form of an old 15-digit number (19 inserted, check digit computed).  False when s is no such number. */
bool xie_id_resident18(xie_str s, char ret_id[static 18]);
/* Birth date as days since 1970-01-01, and sex, of a number of either form.  False when the form or date is wrong. */
bool xie_id_resident_birth(xie_str s, int64_t *ret_day, bool *ret_male);
/* IMO number of a ship: 7 digits, "IMO" before them allowed. */
enum xie_id_check xie_id_imo(xie_str s);
/* IMO number of a company: 7 digits. */
enum xie_id_check xie_id_imo_company(xie_str s);

/* What an MMSI stands for (ITU-R M.585): by its prefix. */
enum xie_mmsi_kind {
	XIE_MMSI_NONE, /* not nine digits, or a prefix that means nothing */
	XIE_MMSI_SHIP,
	XIE_MMSI_GROUP,
	XIE_MMSI_COAST,
	XIE_MMSI_AIRCRAFT,
	XIE_MMSI_AID,
	XIE_MMSI_CRAFT,
	XIE_MMSI_HANDHELD, /* 8 and the country */
	XIE_MMSI_SART,
	XIE_MMSI_MOB,
	XIE_MMSI_EPIRB
};
enum xie_mmsi_kind xie_id_mmsi(xie_str s);
/* The three digits of the country (MID), or 0. */
unsigned xie_id_mmsi_mid(xie_str s);

/* Vehicle plates of the mainland (GA 36): the pattern, and what colours go with it.  The key of a vehicle is plate and
 * colour: the same number exists in two colours. */
enum xie_plate_kind {
	XIE_PLATE_NONE,
	XIE_PLATE_ORDINARY,    /* province, letter, five: blue, or yellow for large vehicles */
	XIE_PLATE_TRAILER,     /* last 挂: yellow */
	XIE_PLATE_LEARNER,     /* last 学: yellow */
	XIE_PLATE_POLICE,      /* last 警: white */
	XIE_PLATE_HK_MACAU,    /* 粤Z, four, 港 or 澳: black */
	XIE_PLATE_EMBASSY,     /* 使 or 领: black */
	XIE_PLATE_ENERGY_SMALL, /* eight characters: green */
	XIE_PLATE_ENERGY_LARGE, /* eight characters: yellow and green */
	XIE_PLATE_EMERGENCY,   /* last 应急: white and red */
	XIE_PLATE_ARMED_POLICE /* WJ and a province */
};
enum xie_plate_kind xie_id_plate(xie_str s);
/* "ordinary", "trailer", ... */
const char *xie_plate_kind_name(enum xie_plate_kind k);

#endif
