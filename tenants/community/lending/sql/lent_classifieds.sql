-- What was lent as a classified becomes a thing under the same reference, with its pictures and its
-- conversations; what was lent for a price is a rent. Run again, it finds nothing more to move.
UPDATE classifieds_classified SET kind = 'rent' WHERE kind = 'lend' AND price_cents IS NOT NULL;
INSERT INTO lending_thing
    (reference, title, description, condition, whereabouts, place, site_id, deposit,
     longest_minutes, lends_at_once, owner_id, of_council, company_id, audience,
     created_at, withdrawn_at)
SELECT reference, title, description, 'good', 'other', place, site_id, '',
    10080, false, author_id, false, company_id, audience,
    created_at, coalesce(closed_at, CASE WHEN expires_at <= now() THEN expires_at END)
FROM classifieds_classified WHERE kind = 'lend';
INSERT INTO lending_lendingpicture
    (thing_id, uploader_id, position, state, name, width, height, uploaded_at,
     attempts)
SELECT thing.id, picture.uploader_id, picture.position, picture.state, picture.name,
    picture.width, picture.height, picture.uploaded_at, picture.attempts
FROM classifieds_picture picture
JOIN classifieds_classified classified ON classified.id = picture.classified_id
JOIN lending_thing thing ON thing.reference = classified.reference
WHERE classified.kind = 'lend';
UPDATE conversations_conversation SET subject_kind = 'thing'
WHERE subject_kind = 'classified'
    AND subject_reference IN (SELECT reference FROM classifieds_classified WHERE kind = 'lend');
DELETE FROM classifieds_picture
WHERE classified_id IN (SELECT id FROM classifieds_classified WHERE kind = 'lend');
DELETE FROM classifieds_classified WHERE kind = 'lend';
