-- SPDX-License-Identifier: Apache-2.0
-- Full text.  The store writes each Chinese character as a word of its own.
CREATE TABLE search (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	text TEXT NOT NULL,
	words tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED,
	PRIMARY KEY (kind, id)
);
CREATE INDEX search_words ON search USING gin (words);
