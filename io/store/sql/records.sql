-- SPDX-License-Identifier: Apache-2.0
-- Every statement of the store, for both databases.  script/embed-sql makes a header of it; {{x}} is the fragment x,
-- $x a parameter.  script/check-sql prepares all of them in PostgreSQL.

-- Who sees record r: everything ($all = 1), or organisations that his grants in force cover, in their regions.
-- fragment: scope_a
($all = 1 OR a.org IN (SELECT v.org FROM visible v WHERE v.account = $who AND v.region = '' AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now))
 OR EXISTS (SELECT 1 FROM visible v WHERE v.account = $who AND v.org = a.org AND v.region <> '' AND substr(a.region, 1, length(v.region)) = v.region AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now)))

-- fragment: scope_s
($all = 1 OR s.org IN (SELECT v.org FROM visible v WHERE v.account = $who AND v.region = '' AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now))
 OR EXISTS (SELECT 1 FROM visible v WHERE v.account = $who AND v.org = s.org AND v.region <> '' AND substr(s.region, 1, length(v.region)) = v.region AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now)))

-- fragment: scope_u
($all = 1 OR EXISTS (SELECT 1 FROM visible v WHERE v.account = $who AND v.org = u.org AND substr(u.region, 1, length(v.region)) = v.region AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now)))

-- fragment: scope_o
($all = 1 OR EXISTS (SELECT 1 FROM visible v WHERE v.account = $who AND v.org = o.id AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now)))

-- ---- who ----

-- Roots that no grant covers without a limit of region, and roots that one does.
-- name: scope_all
SELECT count(*) - count(v.org), count(v.org) FROM org o LEFT JOIN (SELECT DISTINCT w.org FROM visible w
WHERE w.account = $who AND w.region = '' AND w.from_at <= $now AND (w.to_at IS NULL OR w.to_at > $now)) v ON v.org = o.id
WHERE o.parent IS NULL

-- name: scope_has
SELECT 1 FROM visible v WHERE v.account = $who AND v.org = $org AND substr($region, 1, length(v.region)) = v.region
AND v.from_at <= $now AND (v.to_at IS NULL OR v.to_at > $now) LIMIT 1

-- name: org_get
SELECT id, parent, path, name, name_en, region, from_at, to_at FROM org WHERE id = $id

-- name: org_root
SELECT id FROM org WHERE parent IS NULL ORDER BY from_at, id LIMIT 1

-- name: org_put
INSERT INTO org (id, parent, path, name, name_en, region, from_at, to_at)
VALUES ($id, $parent, $path, $name, $name_en, $region, $from_at, $to_at)
ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, path = excluded.path, name = excluded.name,
name_en = excluded.name_en, region = excluded.region, from_at = excluded.from_at, to_at = excluded.to_at

-- name: org_move
UPDATE org SET path = $path || substr(path, length($old) + 1) WHERE substr(path, 1, length($old)) = $old AND path <> $old

-- name: org_list
SELECT o.id, o.parent, o.path, o.name, o.name_en, o.region, o.from_at, o.to_at FROM org o WHERE {{scope_o}} ORDER BY o.path

-- name: visible_clear
DELETE FROM visible

-- name: visible_fill
INSERT INTO visible (account, org, region, from_at, to_at)
SELECT g.account, o.id, g.region, g.from_at, max(coalesce(g.to_at, 9223372036854775807))
FROM access_grant g JOIN org t ON t.id = g.org JOIN org o ON substr(o.path, 1, length(t.path)) = t.path
GROUP BY g.account, o.id, g.region, g.from_at

-- name: user_add
INSERT INTO account (id, login, name, org, region, roles, password, json, off, must_change, failed, locked_until,
created_at, last_login_at, version) VALUES ($id, $login, $name, $org, $region, $roles, $password, $json, $off,
$must_change, $failed, $locked_until, $created_at, $last_login_at, 1)

-- name: user_set
UPDATE account SET login = $login, name = $name, org = $org, region = $region, roles = $roles, password = $password,
json = $json, off = $off, must_change = $must_change, failed = $failed, locked_until = $locked_until,
version = version + 1 WHERE id = $id AND version = $version

-- fragment: user_columns
u.id, u.login, u.name, u.org, u.region, u.roles, u.password, u.json, u.off, u.must_change, u.failed, u.locked_until,
u.created_at, u.last_login_at, u.version

-- name: user_by_id
SELECT {{user_columns}} FROM account u WHERE u.id = $value AND {{scope_u}}

-- name: user_by_login
SELECT {{user_columns}} FROM account u WHERE u.login = $value AND {{scope_u}}

-- name: user_list
SELECT {{user_columns}} FROM account u WHERE {{scope_u}} ORDER BY u.login

-- name: user_login_ok
UPDATE account SET failed = 0, locked_until = NULL, last_login_at = $at WHERE id = $id

-- name: user_login_failed
UPDATE account SET failed = failed + 1, locked_until = coalesce($locked_until, locked_until) WHERE id = $id

-- name: user_failed
SELECT failed FROM account WHERE id = $id

-- name: grant_clear
DELETE FROM access_grant WHERE account = $account

-- name: grant_add
INSERT INTO access_grant (account, org, region, from_at, to_at) VALUES ($account, $org, $region, $from_at, $to_at)

-- name: grant_list
SELECT org, region, from_at, to_at FROM access_grant WHERE account = $account ORDER BY org, region, from_at

-- name: session_put
INSERT INTO session (token, account, csrf, ip, agent, created_at, seen_at, expires_at, reauth_at)
VALUES ($token, $account, $csrf, $ip, $agent, $created_at, $seen_at, $expires_at, $reauth_at)
ON CONFLICT (token) DO UPDATE SET seen_at = excluded.seen_at, expires_at = excluded.expires_at,
reauth_at = excluded.reauth_at, csrf = excluded.csrf

-- name: session_get
SELECT token, account, csrf, ip, agent, created_at, seen_at, expires_at, reauth_at FROM session
WHERE token = $token AND expires_at > $now

-- name: session_end
DELETE FROM session WHERE token = $token

-- name: session_end_all
DELETE FROM session WHERE account = $account AND token <> $except

-- name: session_expire
DELETE FROM session WHERE expires_at <= $now

-- ---- alerts ----

-- name: seq_next
UPDATE counter SET value = value + 1 WHERE name = 'seq' RETURNING value

-- name: seq_get
SELECT value FROM counter WHERE name = 'seq'

-- name: number_peek
SELECT value FROM counter WHERE name = $name

-- name: number_take
INSERT INTO counter (name, value) VALUES ($name, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1
WHERE counter.value = $number - 1 RETURNING value

-- name: progress_put
INSERT INTO progress (consumer, position) VALUES ($consumer, $position)
ON CONFLICT (consumer) DO UPDATE SET position = excluded.position WHERE excluded.position > progress.position

-- name: progress_get
SELECT position FROM progress WHERE consumer = $consumer

-- name: alert_rev_put
INSERT INTO alert_rev (id, rev, position, json) VALUES ($id, $rev, $position, $json) ON CONFLICT (id, rev) DO NOTHING

-- name: alert_put
INSERT INTO alert (id, rev, rule, mode, kind, target, other, zone, direction, ending, violation, pack, level, since_at,
open_at, age, close_at, withdrawn, org, region, position, json, state, acked, handler, handled_at, snooze_to, version, seq)
VALUES ($id, $rev, $rule, $mode, $kind, $target, $other, $zone, $direction, $ending, $violation, $pack, $level, $since_at,
$open_at, $age, $close_at, $withdrawn, $org, $region, $position, $json, 'new', 0, '', NULL, NULL, 0, $seq)
ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, rule = excluded.rule, mode = excluded.mode, kind = excluded.kind,
target = excluded.target, other = excluded.other, zone = excluded.zone, direction = excluded.direction,
ending = excluded.ending, violation = excluded.violation, pack = excluded.pack, level = excluded.level,
since_at = excluded.since_at, open_at = excluded.open_at, age = excluded.age, close_at = excluded.close_at,
withdrawn = excluded.withdrawn, org = excluded.org, region = excluded.region, position = excluded.position,
json = excluded.json, seq = excluded.seq WHERE excluded.rev > alert.rev

-- name: alert_handled
UPDATE alert SET state = $state, acked = $acked, handler = $handler, handled_at = $handled_at, snooze_to = $snooze_to,
version = $version, seq = $seq WHERE id = $id

-- fragment: alert_columns
a.id, a.rev, a.rule, a.mode, a.kind, a.target, a.other, a.zone, a.direction, a.ending, a.violation, a.pack, a.level,
a.since_at, a.open_at, a.close_at, a.withdrawn, a.org, a.region, a.position, a.json, a.state, a.handler, a.handled_at,
a.snooze_to, a.version, a.seq, coalesce(h.json, '')

-- fragment: alert_from
FROM alert a LEFT JOIN subject h ON h.kind = 'alert' AND h.id = a.id

-- fragment: alert_where
($states = '' OR $states LIKE '%,' || a.state || ',%') AND ($levels = '' OR $levels LIKE '%,' || a.level || ',%')
AND ($mode = '' OR a.mode = $mode) AND ($kind = '' OR a.kind = $kind) AND ($rule = '' OR a.rule = $rule)
AND ($zone = '' OR a.zone = $zone) AND ($target = '' OR a.target = $target OR a.other = $target)
AND ($handler = '' OR a.handler = $handler) AND ($from = 0 OR a.open_at >= $from) AND ($to = 0 OR a.open_at < $to)
AND ($withdrawn_too = 1 OR a.withdrawn = 0) AND {{text_alert}} AND {{scope_a}}

-- name: alert_get
SELECT {{alert_columns}} {{alert_from}} WHERE a.id = $id AND {{scope_a}}

-- name: alert_place
SELECT org, region, version FROM alert WHERE id = $id

-- name: alert_revs
SELECT {{alert_columns}}, r.rev, r.position, r.json {{alert_from}} JOIN alert_rev r ON r.id = a.id
WHERE a.id = $id AND {{scope_a}} ORDER BY r.rev

-- name: alert_queue
SELECT {{alert_columns}} {{alert_from}} WHERE {{alert_where}}
AND ($after = '' OR (a.level, a.acked, a.age, a.id) > (SELECT b.level, b.acked, b.age, b.id FROM alert b WHERE b.id = $after))
ORDER BY a.level, a.acked, a.age, a.id LIMIT $limit

-- name: alert_by_age
SELECT {{alert_columns}} {{alert_from}} WHERE {{alert_where}}
AND ($after = '' OR (a.age, a.id) > (SELECT b.age, b.id FROM alert b WHERE b.id = $after))
ORDER BY a.age, a.id LIMIT $limit

-- name: alert_count
SELECT count(*) FROM alert a WHERE {{alert_where}}

-- name: alert_since
SELECT {{alert_columns}} {{alert_from}} WHERE a.seq > $seq AND {{scope_a}} ORDER BY a.seq LIMIT $limit

-- ---- subjects ----

-- name: subject_head
SELECT s.version, s.head, s.created_at FROM subject s WHERE s.kind = $kind AND s.id = $id AND {{scope_s}}

-- name: subject_exists
SELECT version FROM subject WHERE kind = $kind AND id = $id

-- name: subject_put
INSERT INTO subject (kind, id, no, org, region, state, stage, title, clock, waiting_for, due_at, due, json, version,
created_at, age, updated_at, seq, head) VALUES ($kind, $id, $no, $org, $region, $state, $stage, $title, $clock,
$waiting_for, $due_at, $due, $json, $version, $created_at, $age, $updated_at, $seq, $head)
ON CONFLICT (kind, id) DO UPDATE SET no = excluded.no, org = excluded.org, region = excluded.region,
state = excluded.state, stage = excluded.stage, title = excluded.title, clock = excluded.clock,
waiting_for = excluded.waiting_for, due_at = excluded.due_at, due = excluded.due, json = excluded.json,
version = excluded.version, updated_at = excluded.updated_at, seq = excluded.seq, head = excluded.head

-- name: subject_keys_clear
DELETE FROM subject_key WHERE kind = $kind AND id = $id

-- name: subject_key_add
INSERT INTO subject_key (kind, name, value, id) VALUES ($kind, $name, $value, $id) ON CONFLICT DO NOTHING

-- name: event_add
INSERT INTO event (kind, id, n, at, event, persons, data, account, signature, key_id, prev, digest)
VALUES ($kind, $id, $n, $at, $event, $persons, $data, $account, $signature, $key_id, $prev, $digest)

-- name: event_list
SELECT e.n, e.at, e.event, e.persons, e.data, e.account, e.signature, e.key_id, e.prev, e.digest FROM event e
WHERE e.kind = $kind AND e.id = $id ORDER BY e.n

-- fragment: subject_columns
s.kind, s.id, s.no, s.org, s.region, s.state, s.stage, s.title, s.clock, s.waiting_for, s.due_at, s.json, s.version,
s.created_at, s.updated_at, s.seq, s.head

-- fragment: subject_where
s.kind = $kind AND ($state = '' OR s.state = $state) AND ($stage = '' OR s.stage = $stage)
AND ($clock = '' OR s.clock = $clock) AND ($waiting_for = '' OR ',' || s.waiting_for || ',' LIKE '%,' || $waiting_for || ',%')
AND ($due_before = 0 OR s.due < $due_before)
AND ($key = '' OR s.id IN (SELECT k.id FROM subject_key k WHERE k.kind = $kind AND k.name = $key AND k.value = $key_value))
AND {{text_subject}} AND {{scope_s}}

-- name: subject_get
SELECT {{subject_columns}} FROM subject s WHERE s.kind = $kind AND s.id = $id AND {{scope_s}}

-- name: subject_by_no
SELECT {{subject_columns}} FROM subject s WHERE s.kind = $kind AND s.no = $no AND {{scope_s}}

-- name: subject_by_due
SELECT {{subject_columns}} FROM subject s WHERE {{subject_where}}
AND ($after = '' OR (s.due, s.id) > (SELECT b.due, b.id FROM subject b WHERE b.kind = $kind AND b.id = $after))
ORDER BY s.due, s.id LIMIT $limit

-- name: subject_by_age
SELECT {{subject_columns}} FROM subject s WHERE {{subject_where}}
AND ($after = '' OR (s.age, s.id) > (SELECT b.age, b.id FROM subject b WHERE b.kind = $kind AND b.id = $after))
ORDER BY s.age, s.id LIMIT $limit

-- name: subject_count
SELECT count(*) FROM subject s WHERE {{subject_where}}

-- name: subject_since
SELECT {{subject_columns}} FROM subject s WHERE s.kind = $kind AND s.seq > $seq AND {{scope_s}} ORDER BY s.seq LIMIT $limit

-- ---- the rest ----

-- name: once_put
INSERT INTO once (account, key, body, status, answer, at) VALUES ($account, $key, $body, $status, $answer, $at)

-- name: once_get
SELECT account, key, body, status, answer, at FROM once WHERE account = $account AND key = $key

-- name: once_expire
DELETE FROM once WHERE at < $before

-- name: draft_get
SELECT account, kind, subject, event, json, at, version FROM draft
WHERE account = $account AND kind = $kind AND subject = $subject AND event = $event

-- name: draft_put
INSERT INTO draft (account, kind, subject, event, json, at, version)
VALUES ($account, $kind, $subject, $event, $json, $at, 1)
ON CONFLICT (account, kind, subject, event) DO UPDATE SET json = excluded.json, at = excluded.at,
version = draft.version + 1

-- name: draft_delete
DELETE FROM draft WHERE account = $account AND kind = $kind AND subject = $subject AND event = $event

-- name: audit_head
SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1

-- name: audit_put
INSERT INTO audit (seq, at, account, login, roles, ip, device, action, object, json, prev, digest)
VALUES ($seq, $at, $account, $login, $roles, $ip, $device, $action, $object, $json, $prev, $digest)

-- name: audit_list
SELECT seq, at, account, login, roles, ip, device, action, object, json, prev, digest FROM audit
WHERE ($login = '' OR login = $login) AND ($action = '' OR action = $action) AND ($from = 0 OR at >= $from)
AND ($to = 0 OR at < $to) AND ($before = 0 OR seq < $before) ORDER BY seq DESC LIMIT $limit

-- name: audit_all
SELECT seq, at, account, login, roles, ip, device, action, object, json, prev, digest FROM audit ORDER BY seq

-- name: source_last
SELECT up, position FROM source_last WHERE source = $source

-- name: source_last_put
INSERT INTO source_last (source, up, position) VALUES ($source, $up, $position)
ON CONFLICT (source) DO UPDATE SET up = excluded.up, position = excluded.position

-- name: source_down
INSERT INTO source_down (source, from_at, to_at, name) VALUES ($source, $at, NULL, $name) ON CONFLICT DO NOTHING

-- name: source_up
UPDATE source_down SET to_at = $at WHERE source = $source AND to_at IS NULL

-- name: source_spans
SELECT source, name, from_at, to_at FROM source_down WHERE from_at <= $to AND (to_at IS NULL OR to_at >= $from)
ORDER BY from_at, source
