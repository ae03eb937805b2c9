-- SPDX-License-Identifier: Apache-2.0
-- The records: one text for SQLite and PostgreSQL.  Times are milliseconds since 1970 UTC; *_at NULL = not, never,
-- still; flags are 0 or 1; json is text.  The database must compare text by bytes (SQLite does; PostgreSQL: C or C.UTF-8).

CREATE TABLE counter (
	name TEXT NOT NULL PRIMARY KEY,
	value BIGINT NOT NULL
);
-- seq: the number of the last change of an alert or a subject.
INSERT INTO counter (name, value) VALUES ('seq', 0);

-- Up to where in the journal a consumer's effects are here.
CREATE TABLE progress (
	consumer TEXT NOT NULL PRIMARY KEY,
	position BIGINT NOT NULL
);

CREATE TABLE org (
	id TEXT NOT NULL PRIMARY KEY,
	parent TEXT REFERENCES org (id),
	path TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	name_en TEXT NOT NULL,
	region TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT
);

CREATE TABLE account (
	id TEXT NOT NULL PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	org TEXT NOT NULL REFERENCES org (id),
	region TEXT NOT NULL,
	roles TEXT NOT NULL,
	password TEXT NOT NULL,
	json TEXT NOT NULL,
	off BIGINT NOT NULL,
	must_change BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	locked_until BIGINT,
	created_at BIGINT NOT NULL,
	last_login_at BIGINT,
	version BIGINT NOT NULL
);

CREATE TABLE access_grant (
	account TEXT NOT NULL REFERENCES account (id),
	org TEXT NOT NULL REFERENCES org (id),
	region TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT,
	PRIMARY KEY (account, org, region, from_at)
);
-- What the grants cover, organisation by organisation: made anew when grants or the tree change.
CREATE TABLE visible (
	account TEXT NOT NULL,
	org TEXT NOT NULL,
	region TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT,
	PRIMARY KEY (account, org, region, from_at)
);

CREATE TABLE session (
	token BYTEA NOT NULL PRIMARY KEY,
	account TEXT NOT NULL REFERENCES account (id),
	csrf TEXT NOT NULL,
	ip TEXT NOT NULL,
	agent TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	reauth_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires_at);

-- The engine's facts: every revision, and the newest of each.
CREATE TABLE alert_rev (
	id TEXT NOT NULL,
	rev BIGINT NOT NULL,
	position BIGINT NOT NULL,
	json TEXT NOT NULL,
	PRIMARY KEY (id, rev)
);
CREATE TABLE alert (
	id TEXT NOT NULL PRIMARY KEY,
	rev BIGINT NOT NULL,
	rule TEXT NOT NULL,
	mode TEXT NOT NULL,
	kind TEXT NOT NULL,
	target TEXT NOT NULL,
	other TEXT NOT NULL,
	zone TEXT NOT NULL,
	direction TEXT NOT NULL,
	ending TEXT NOT NULL,
	violation TEXT NOT NULL,
	pack TEXT NOT NULL,
	level BIGINT NOT NULL,
	since_at BIGINT NOT NULL,
	open_at BIGINT NOT NULL,
	age BIGINT NOT NULL, -- -open_at: youngest first in an index that ascends
	close_at BIGINT,
	withdrawn BIGINT NOT NULL,
	org TEXT NOT NULL,
	region TEXT NOT NULL,
	position BIGINT NOT NULL,
	json TEXT NOT NULL,
	-- of its handling, a projection of its events
	state TEXT NOT NULL,
	acked BIGINT NOT NULL,
	handler TEXT NOT NULL,
	handled_at BIGINT,
	snooze_to BIGINT,
	version BIGINT NOT NULL,
	seq BIGINT NOT NULL
);
CREATE INDEX alert_queue ON alert (level, acked, age, id);
CREATE INDEX alert_age ON alert (age, id);
CREATE INDEX alert_seq ON alert (seq);
CREATE INDEX alert_target ON alert (target, age);
CREATE INDEX alert_state ON alert (state, level, acked, age, id, org, region, withdrawn);

CREATE TABLE subject (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	no TEXT NOT NULL,
	org TEXT NOT NULL,
	region TEXT NOT NULL,
	state TEXT NOT NULL,
	stage TEXT NOT NULL,
	title TEXT NOT NULL,
	clock TEXT NOT NULL,
	waiting_for TEXT NOT NULL,
	due_at BIGINT,
	due BIGINT NOT NULL, -- due_at, or the largest number: nearest first, none last
	json TEXT NOT NULL,
	version BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	age BIGINT NOT NULL, -- -created_at
	updated_at BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	head BYTEA NOT NULL,
	PRIMARY KEY (kind, id)
);
CREATE UNIQUE INDEX subject_no ON subject (kind, no) WHERE no <> '';
CREATE INDEX subject_due ON subject (kind, due, id, org, region, state, stage, clock);
CREATE INDEX subject_age ON subject (kind, age, id, org, region, state, stage, clock);
CREATE INDEX subject_seq ON subject (kind, seq);

CREATE TABLE subject_key (
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	id TEXT NOT NULL,
	PRIMARY KEY (kind, name, value, id)
);
CREATE INDEX subject_key_id ON subject_key (kind, id);

CREATE TABLE event (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL,
	event TEXT NOT NULL,
	persons TEXT NOT NULL,
	data TEXT NOT NULL,
	account TEXT NOT NULL,
	signature BYTEA NOT NULL,
	key_id TEXT NOT NULL,
	prev BYTEA NOT NULL,
	digest BYTEA NOT NULL,
	PRIMARY KEY (kind, id, n)
);

CREATE TABLE once (
	account TEXT NOT NULL,
	key TEXT NOT NULL,
	body BYTEA NOT NULL,
	status BIGINT NOT NULL,
	answer TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (account, key)
);
CREATE INDEX once_at ON once (at);

CREATE TABLE draft (
	account TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	event TEXT NOT NULL,
	json TEXT NOT NULL,
	at BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (account, kind, subject, event)
);

CREATE TABLE audit (
	seq BIGINT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	account TEXT NOT NULL,
	login TEXT NOT NULL,
	roles TEXT NOT NULL,
	ip TEXT NOT NULL,
	device TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	json TEXT NOT NULL,
	prev BYTEA NOT NULL,
	digest BYTEA NOT NULL
);
CREATE INDEX audit_login ON audit (login, seq);
CREATE INDEX audit_action ON audit (action, seq);

CREATE TABLE source_down (
	source BIGINT NOT NULL,
	from_at BIGINT NOT NULL,
	to_at BIGINT,
	name TEXT NOT NULL,
	PRIMARY KEY (source, from_at)
);
CREATE TABLE source_last (
	source BIGINT NOT NULL PRIMARY KEY,
	up BIGINT NOT NULL,
	position BIGINT NOT NULL
);
