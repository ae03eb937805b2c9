-- SPDX-License-Identifier: Apache-2.0
-- Full text.  The store writes each Chinese character as a word of its own, so that a phrase finds any two of them
-- (SQLite's trigram tokenizer finds no term of two characters, which most Chinese words are).
CREATE VIRTUAL TABLE search USING fts5 (kind UNINDEXED, id UNINDEXED, text, tokenize = 'unicode61', prefix = '2 3 4');
CREATE TABLE search_row (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	place INTEGER NOT NULL,
	PRIMARY KEY (kind, id)
);
