/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "xie/port/handling.h"

#define NOW INT64_C(1700000000000)

static struct xie_handling fresh(void)
{
	return (struct xie_handling){ .acted = XIE_NO_TIME, .snooze_to = XIE_NO_TIME };
}

static const struct xie_act_facts open_fact = { .names_violation = true };

/* Does the act at the time, expecting it to be possible. */
static void act(struct xie_handling *h, struct xie_act_request r, xie_ms now)
{
	struct xie_handling next;
	r.by = r.by.n != 0 ? r.by : XIE_STR("u1");
	enum xie_unmet u = xie_handling_step(h, &r, &open_fact, now, &next);
	if (u != XIE_UNMET_NONE)
		fail_msg("%s: %s", xie_act_code(r.act), xie_unmet_code(u));
	*h = next;
}

static enum xie_unmet refused(const struct xie_handling *h, struct xie_act_request r, const struct xie_act_facts *f,
                              xie_ms now)
{
	struct xie_handling next;
	memset(&next, 0x5a, sizeof next);
	r.by = r.by.n != 0 ? r.by : XIE_STR("u1");
	enum xie_unmet u = xie_handling_step(h, &r, f, now, &next);
	struct xie_handling untouched;
	memset(&untouched, 0x5a, sizeof untouched);
	if (u != XIE_UNMET_NONE)
		check_int(memcmp(&next, &untouched, sizeof next), 0);
	return u;
}

#define ACK ((struct xie_act_request){ .act = XIE_ACT_ACKNOWLEDGE })
#define TRUE_ ((struct xie_act_request){ .act = XIE_ACT_VERIFY, .has_verdict = true, .verdict = true })
#define FALSE_ \
	((struct xie_act_request){ .act = XIE_ACT_VERIFY, .has_verdict = true, .reason = XIE_STR("position_error") })
#define LEAD ((struct xie_act_request){ .act = XIE_ACT_LEAD })
#define BACK ((struct xie_act_request){ .act = XIE_ACT_TAKE_BACK })
#define SNOOZE(min) ((struct xie_act_request){ .act = XIE_ACT_SNOOZE, .snooze_min = (min) })

static void goes_from_new_to_lead(void **state)
{
	(void)state;
	struct xie_handling h = fresh();
	act(&h, ACK, NOW);
	check_int(h.state, XIE_HANDLING_ACKNOWLEDGED);
	act(&h, TRUE_, NOW + 1);
	check_int(h.state, XIE_HANDLING_VERIFIED);
	act(&h, LEAD, NOW + 2);
	check_int(h.state, XIE_HANDLING_LEAD);
	for (int a = 0; a < XIE_ACT__COUNT; a++) /* from here on the case decides */
		if (a != XIE_ACT_NOTE)
			check_int(refused(&h, (struct xie_act_request){ .act = (enum xie_act)a, .has_verdict = true },
			                  &open_fact, NOW + 3),
			          XIE_UNMET_NOT_A_LEAD);
}

static void a_lead_needs_a_true_verdict_a_violation_and_a_standing_fact(void **state)
{
	(void)state;
	struct xie_handling h = fresh();
	struct xie_act_facts none = { .names_violation = false }, gone = { .names_violation = true, .withdrawn = true };
	check_int(refused(&h, LEAD, &open_fact, NOW), XIE_UNMET_VERIFIED);
	act(&h, TRUE_, NOW);
	check_int(refused(&h, LEAD, &none, NOW), XIE_UNMET_VIOLATION);
	check_int(refused(&h, LEAD, &gone, NOW), XIE_UNMET_WITHDRAWN);
	check_int(refused(&h, TRUE_, &gone, NOW), XIE_UNMET_WITHDRAWN);
	act(&h, FALSE_, NOW);
	check_int(refused(&h, LEAD, &open_fact, NOW), XIE_UNMET_VERIFIED);
}

static void a_dismissal_and_a_changed_verdict_need_a_reason(void **state)
{
	(void)state;
	struct xie_handling h = fresh();
	struct xie_act_request no_reason = { .act = XIE_ACT_VERIFY, .has_verdict = true };
	check_int(refused(&h, no_reason, &open_fact, NOW), XIE_UNMET_REASON);
	check_int(refused(&h, (struct xie_act_request){ .act = XIE_ACT_VERIFY }, &open_fact, NOW), XIE_UNMET_VERDICT);
	act(&h, FALSE_, NOW);
	check_str(xie_str_of(h.reason), "position_error");
	check_int(refused(&h, TRUE_, &open_fact, NOW), XIE_UNMET_REASON);
	struct xie_act_request again = TRUE_;
	again.reason = XIE_STR("the second receiver agrees");
	act(&h, again, NOW + 60000);
	check_int(h.state, XIE_HANDLING_VERIFIED);
}

static void is_taken_back_by_the_same_person_within_ten_seconds(void **state)
{
	(void)state;
	struct xie_handling h = fresh();
	struct xie_act_request other = BACK;
	other.by = XIE_STR("u2");
	check_int(refused(&h, BACK, &open_fact, NOW), XIE_UNMET_NOTHING);
	act(&h, ACK, NOW);
	check_int(refused(&h, other, &open_fact, NOW + 1), XIE_UNMET_OWN);
	check_int(refused(&h, BACK, &open_fact, NOW + XIE_TAKE_BACK_MS + 1), XIE_UNMET_TIME);
	act(&h, BACK, NOW + XIE_TAKE_BACK_MS);
	check_int(h.state, XIE_HANDLING_NEW);
	check_int(refused(&h, BACK, &open_fact, NOW + XIE_TAKE_BACK_MS), XIE_UNMET_NOTHING); /* once */
}

static void a_snooze_ends_by_its_time_or_with_the_episode(void **state)
{
	(void)state;
	struct xie_handling h = fresh();
	act(&h, ACK, NOW);
	act(&h, SNOOZE(15), NOW);
	check_int(xie_handling_now(&h, false, NOW + 15 * 60000 - 1), XIE_HANDLING_SNOOZED);
	check_int(xie_handling_now(&h, true, NOW + 15 * 60000 - 1), XIE_HANDLING_SNOOZED); /* its time is not over */
	check_int(xie_handling_now(&h, false, NOW + 15 * 60000), XIE_HANDLING_ACKNOWLEDGED);
	h = fresh();
	act(&h, SNOOZE(0), NOW);
	check_int(xie_handling_now(&h, false, NOW + 999999999), XIE_HANDLING_SNOOZED);
	check_int(xie_handling_now(&h, true, NOW), XIE_HANDLING_NEW);
	struct xie_act_facts left = { .closed = true };
	struct xie_handling g = fresh();
	check_int(refused(&g, SNOOZE(0), &left, NOW), XIE_UNMET_NOT_OPEN);
}

static void a_snooze_upon_a_snooze_still_returns_to_what_was_before(void **state)
{
	(void)state;
	struct xie_handling h = fresh();
	act(&h, SNOOZE(15), NOW);
	act(&h, SNOOZE(60), NOW + 1000);
	check_int(xie_handling_now(&h, false, NOW + 20 * 60000), XIE_HANDLING_SNOOZED);
	check_int(xie_handling_now(&h, false, NOW + 1000 + 60 * 60000), XIE_HANDLING_NEW);
	act(&h, BACK, NOW + 2000);
	check_int(h.state, XIE_HANDLING_NEW);
}

static void a_note_changes_nothing_and_is_always_possible(void **state)
{
	(void)state;
	struct xie_handling h = fresh(), before;
	struct xie_act_request note = { .act = XIE_ACT_NOTE, .text = XIE_STR("called on VHF 16") };
	act(&h, TRUE_, NOW);
	act(&h, LEAD, NOW);
	before = h;
	act(&h, note, NOW + 5);
	check_int(memcmp(&h, &before, sizeof h), 0);
	check_int(refused(&h, (struct xie_act_request){ .act = XIE_ACT_NOTE }, &open_fact, NOW), XIE_UNMET_TEXT);
}

static void a_long_reason_is_cut_between_characters(void **state)
{
	(void)state;
	char text[1200];
	for (size_t i = 0; i + 3 <= sizeof text; i += 3)
		memcpy(text + i, "误", 3);
	struct xie_handling h = fresh();
	struct xie_act_request r = FALSE_;
	r.reason = (xie_str){ text, sizeof text };
	act(&h, r, NOW);
	check_int(strlen(h.reason) % 3, 0);
	check_true(xie_utf8_ok(xie_str_of(h.reason)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_from_new_to_lead),
		cmocka_unit_test(a_lead_needs_a_true_verdict_a_violation_and_a_standing_fact),
		cmocka_unit_test(a_dismissal_and_a_changed_verdict_need_a_reason),
		cmocka_unit_test(is_taken_back_by_the_same_person_within_ten_seconds),
		cmocka_unit_test(a_snooze_ends_by_its_time_or_with_the_episode),
		cmocka_unit_test(a_snooze_upon_a_snooze_still_returns_to_what_was_before),
		cmocka_unit_test(a_note_changes_nothing_and_is_always_possible),
		cmocka_unit_test(a_long_reason_is_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
