/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers: a check warns and never refuses. */
#include "check.h"

#include "xie/base/time.h"
#include "xie/party/id.h"

static void social_credit_codes_check_outside_and_inside(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		enum xie_id_check want;
	} cases[] = {
		{ "91350100M000100Y43", XIE_ID_OK },
		{ "91350602123456788F", XIE_ID_OK },
		{ "91320100MA1AAAAA5G", XIE_ID_OK },
		{ "91440600000000019T", XIE_ID_OK },
		{ "91350100M0001TGQXM", XIE_ID_CHECK }, /* real codes of 2015 and 2016 that fail: warned of, kept */
		{ "91350211M0000XUF46", XIE_ID_CHECK },
		{ "91350100M000100Y44", XIE_ID_CHECK },
		{ "91350100M000100Y4", XIE_ID_FORM },
		{ "9135O100M000100Y43", XIE_ID_FORM }, /* no letter O */
		{ "91350100m000100y43", XIE_ID_FORM },
		{ "", XIE_ID_FORM },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (xie_id_uscc(xie_str_of(cases[i].code)) != cases[i].want)
			fail_msg("%s: %s, want %s", cases[i].code, xie_id_check_name(xie_id_uscc(xie_str_of(cases[i].code))),
			         xie_id_check_name(cases[i].want));
}

static void every_changed_character_of_a_code_is_noticed(void **state)
{
	(void)state;
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY", good[] = "91350602123456788F";
	for (size_t at = 0; at < 18; at++)
		for (size_t k = 0; k < 31; k++) {
			char bad[19];
			memcpy(bad, good, sizeof bad);
			bad[at] = set[k];
			check_int(xie_id_uscc(xie_str_of(bad)) == XIE_ID_OK, set[k] == good[at]);
		}
}

static void resident_ids_have_date_sex_and_check(void **state)
{
	(void)state;
	int64_t day = 0;
	bool male = true;
	check_int(xie_id_resident(XIE_STR("11010519491231002X")), XIE_ID_OK);
	check_int(xie_id_resident(XIE_STR("11010519491231002x")), XIE_ID_OK);
	check_int(xie_id_resident(XIE_STR("110105194912310021")), XIE_ID_CHECK);
	check_int(xie_id_resident(XIE_STR("11010519490231002X")), XIE_ID_DATE);
	check_int(xie_id_resident(XIE_STR("1101051949123100X2")), XIE_ID_FORM);
	check_int(xie_id_resident(XIE_STR("110105491231002")), XIE_ID_OK);
	check_true(xie_id_resident_birth(XIE_STR("110105491231002"), &day, &male));
	check_int(day, xie_days_from_civil(1949, 12, 31));
	check_true(!male);
	char full[18];
	check_true(xie_id_resident18(XIE_STR("110105491231002"), full));
	check_str(((xie_str){ full, 18 }), "11010519491231002X");
	check_true(!xie_id_resident18(XIE_STR("11010549123100X"), full));
}

static void ships_and_their_companies(void **state)
{
	(void)state;
	check_int(xie_id_imo(XIE_STR("9074729")), XIE_ID_OK);
	check_int(xie_id_imo(XIE_STR("IMO 9074729")), XIE_ID_OK);
	check_int(xie_id_imo(XIE_STR("9074728")), XIE_ID_CHECK);
	check_int(xie_id_imo(XIE_STR("907472")), XIE_ID_FORM);
	check_int(xie_id_imo_company(XIE_STR("0000018")), XIE_ID_CHECK);
	check_int(xie_id_imo_company(XIE_STR("0000014")), XIE_ID_OK); /* 7 * 1: 11 - 7 = 4 */
	check_int(xie_id_imo_company(XIE_STR("12345")), XIE_ID_FORM);
}

static void mmsi_say_what_they_stand_for(void **state)
{
	(void)state;
	static const struct {
		const char *mmsi;
		enum xie_mmsi_kind kind;
		unsigned mid;
	} cases[] = {
		{ "413790216", XIE_MMSI_SHIP, 413 },     { "041212345", XIE_MMSI_GROUP, 412 },  { "004122100", XIE_MMSI_COAST, 412 },
		{ "111412001", XIE_MMSI_AIRCRAFT, 412 }, { "994131234", XIE_MMSI_AID, 413 },    { "984121234", XIE_MMSI_CRAFT, 412 },
		{ "841212345", XIE_MMSI_HANDHELD, 412 }, { "970012345", XIE_MMSI_SART, 0 },     { "972012345", XIE_MMSI_MOB, 0 },
		{ "974012345", XIE_MMSI_EPIRB, 0 },      { "477995000", XIE_MMSI_SHIP, 477 },   { "123456789", XIE_MMSI_NONE, 0 },
		{ "41379021", XIE_MMSI_NONE, 0 },        { "4137902a6", XIE_MMSI_NONE, 0 },     { "000000000", XIE_MMSI_NONE, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		check_int(xie_id_mmsi(xie_str_of(cases[i].mmsi)), cases[i].kind);
		check_int(xie_id_mmsi_mid(xie_str_of(cases[i].mmsi)), cases[i].mid);
	}
}

static void plates_have_a_kind(void **state)
{
	(void)state;
	static const struct {
		const char *plate;
		enum xie_plate_kind kind;
	} cases[] = {
		{ "粤E12345", XIE_PLATE_ORDINARY },     { "闽DA1B23", XIE_PLATE_ORDINARY },     { "粤E1234挂", XIE_PLATE_TRAILER },
		{ "粤E1234学", XIE_PLATE_LEARNER },     { "粤E1234警", XIE_PLATE_POLICE },      { "粤Z1234港", XIE_PLATE_HK_MACAU },
		{ "粤E1234港", XIE_PLATE_NONE },        { "粤ED12345", XIE_PLATE_ENERGY_SMALL }, { "粤E12345D", XIE_PLATE_ENERGY_LARGE },
		{ "粤EI2345", XIE_PLATE_NONE },         { "粤I12345", XIE_PLATE_NONE },         { "粤EO2345", XIE_PLATE_NONE },
		{ "WJ粤12345", XIE_PLATE_ARMED_POLICE }, { "使123456", XIE_PLATE_EMBASSY },     { "粤A1234领", XIE_PLATE_EMBASSY },
		{ "粤X1234应急", XIE_PLATE_EMERGENCY }, { "粤E1234", XIE_PLATE_NONE },          { "", XIE_PLATE_NONE },
		{ "\xff粤E12345", XIE_PLATE_NONE },     { "粤E123456789", XIE_PLATE_NONE },     { "ABCDEFG", XIE_PLATE_NONE },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		enum xie_plate_kind got = xie_id_plate(xie_str_of(cases[i].plate));
		if (got != cases[i].kind)
			fail_msg("%s: %s, want %s", cases[i].plate, xie_plate_kind_name(got), xie_plate_kind_name(cases[i].kind));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(social_credit_codes_check_outside_and_inside),
		cmocka_unit_test(every_changed_character_of_a_code_is_noticed),
		cmocka_unit_test(resident_ids_have_date_sex_and_check),
		cmocka_unit_test(ships_and_their_companies),
		cmocka_unit_test(mmsi_say_what_they_stand_for),
		cmocka_unit_test(plates_have_a_kind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
