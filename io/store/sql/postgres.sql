-- SPDX-License-Identifier: Apache-2.0
-- What differs between databases: full text only.

-- fragment: text_alert
($text = '' OR a.id IN (SELECT f.id FROM search f WHERE f.words @@ to_tsquery('simple', $text) AND f.kind = 'alert'))

-- fragment: text_subject
($text = '' OR s.id IN (SELECT f.id FROM search f WHERE f.words @@ to_tsquery('simple', $text) AND f.kind = s.kind))

-- name: search_forget
DELETE FROM search WHERE kind = $kind AND id = $id

-- name: search_put
INSERT INTO search (kind, id, text) VALUES ($kind, $id, $text)
