-- SPDX-License-Identifier: Apache-2.0
-- What differs between databases: full text only.

-- fragment: text_alert
($text = '' OR a.id IN (SELECT f.id FROM search f WHERE f.search MATCH $text AND f.kind = 'alert'))

-- fragment: text_subject
($text = '' OR s.id IN (SELECT f.id FROM search f WHERE f.search MATCH $text AND f.kind = s.kind))

-- name: search_forget
DELETE FROM search WHERE rowid = (SELECT place FROM search_row WHERE kind = $kind AND id = $id)

-- name: search_unplace
DELETE FROM search_row WHERE kind = $kind AND id = $id

-- name: search_put
INSERT INTO search (kind, id, text) VALUES ($kind, $id, $text)

-- name: search_place
INSERT INTO search_row (kind, id, place) VALUES ($kind, $id, last_insert_rowid())
ON CONFLICT (kind, id) DO UPDATE SET place = excluded.place
