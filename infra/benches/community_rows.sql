-- The rows of a space for the benches of its rooms, one statement after each empty line.
-- The viewer is its first member: their own loans and conversations are as many in a small space as
-- in a large one. Most things lie up to four years back; `open` of the listings and `ahead` of the
-- gatherings are to be seen now, as in a space that is lived in. Thirty bicycles fill the first page of
-- a search in either space.

INSERT INTO accounts_user (reference, email, password, first_name, last_name, language, theme, is_active, created_at)
SELECT 'M-' || n, 'm' || n || '@bench.example', '!', (ARRAY['Camille','Nadia','Karim','Solène','Théo','Inès','Hugo','Lou'])[1 + n %% 8],
    (ARRAY['Aubry','Berthier','Lefort','Maurin','Riquet','Dalmas','Perrin'])[1 + n %% 7], 'fr', 'system', true, %(at)s - interval '2 years'
FROM generate_series(1, %(members)s) AS n

INSERT INTO members_profile (user_id, company_id, site_id, team, about, joined_by, joined_at)
SELECT id, %(company)s, %(site)s, 'Qualité',
    (ARRAY['Je répare les vélos.','Cours de guitare le mardi.','Je prête mes outils.','Jardinier du dimanche.'])[1 + id %% 4], 'domain', created_at
FROM accounts_user

INSERT INTO classifieds_classified (reference, kind, service, title, description, price_cents, price_unit, site_id, place, author_id, created_at, expires_at, closed_at, outcome)
SELECT 'PA-' || n, CASE n %% 4 WHEN 0 THEN 'give' WHEN 1 THEN 'rent' ELSE 'sell' END, '',
    CASE WHEN n <= 30 THEN 'Vélo' ELSE (ARRAY['Vélo','Perceuse','Canapé','Poussette','Vélo','Lampe','Raquette','Tente','Vélo','Console','Table','Imprimante'])[1 + n %% 12] END || ' ' ||
    (ARRAY['pliant','presque neuf','révisé en octobre','bleu','de famille','avec sa housse','à réparer'])[1 + n %% 7] || ' n° ' || n,
    'Remise en main propre à la pause, porte Sud ou au parking. ' || (ARRAY['Peu servi.','Facture fournie.','Chez un non-fumeur.','Prix à discuter.'])[1 + n %% 4],
    CASE WHEN n %% 4 = 0 THEN NULL ELSE 500 + n %% 200 * 100 END, 'whole', %(site)s, 'Porte Sud', 2 + n %% (%(members)s - 1),
    made, made + interval '60 days', CASE WHEN n > %(open)s THEN made + interval '20 days' END, CASE WHEN n > %(open)s THEN 'here' ELSE '' END
FROM generate_series(1, %(classifieds)s) AS n,
    LATERAL (SELECT %(at)s - CASE WHEN n > %(open)s THEN interval '60 days' + (n - %(open)s) * interval '1400 days' / %(classifieds)s ELSE n * interval '50 days' / %(open)s END AS made)

INSERT INTO lending_thing (reference, title, description, condition, whereabouts, place, site_id, deposit, longest_minutes, lends_at_once, owner_id, of_council, audience, created_at)
SELECT 'OB-' || n, (ARRAY['Perceuse','Remorque à vélo','Tente','Appareil à raclette','Escabeau','Vélo cargo'])[1 + n %% 6] || ' ' || (ARRAY['18 V','quatre places','pliant','du CSE'])[1 + n %% 4] || ' n° ' || n,
    'À rendre propre, remise à la pause.', 'good', (ARRAY['car','desk','home'])[1 + n %% 3], 'Hall B', %(site)s, '', 1440, false, 2 + n %% (%(members)s - 1), false, 'space', %(at)s - n * interval '700 days' / %(things)s
FROM generate_series(1, %(things)s) AS n

INSERT INTO lending_loan (reference, thing_id, borrower_id, state, starts_at, ends_at, reason, requested_at, ended_at)
SELECT 'PR-' || n, 1 + n %% %(things)s, CASE WHEN n <= 5 THEN 1 ELSE 2 + n * 7 %% (%(members)s - 1) END, 'returned', begins, begins + interval '2 hours', '', begins - interval '1 day', begins + interval '2 hours'
FROM generate_series(1, %(loans)s) AS n, LATERAL (SELECT date_trunc('day', %(at)s) - interval '2 days' - n / %(things)s * interval '3 days' AS begins)

INSERT INTO lending_loan (reference, thing_id, borrower_id, state, starts_at, ends_at, reason, requested_at)
SELECT 'PR-A' || n, n, CASE WHEN n <= 2 THEN 1 ELSE 2 + n * 5 %% (%(members)s - 1) END, 'accepted', begins, begins + interval '2 hours', '', %(at)s
FROM generate_series(1, %(things)s, 2) AS n, LATERAL (SELECT date_trunc('day', %(at)s) + interval '1 day 10 hours' AS begins)

INSERT INTO gatherings_gathering (reference, kind, title, description, site_id, place, starts_at, ends_at, places, taken, organiser_id, created_at, changed_at)
SELECT 'GA-' || n, (ARRAY['sport','lunch','outing','workshop'])[1 + n %% 4], (ARRAY['Badminton','Sortie à vélo','Repas partagé','Atelier réparation de vélos'])[1 + n %% 4] || ' n° ' || n,
    'Ouvert à tous, remise des clés à la pause.', %(site)s, 'Gymnase', begins, begins + interval '1 hour', 8, 3, 2 + n %% (%(members)s - 1), begins - interval '20 days', begins - interval '20 days'
FROM generate_series(1, %(gatherings)s) AS n, LATERAL (SELECT %(at)s + CASE WHEN n > %(ahead)s THEN interval '-1 day' - n * interval '1400 days' / %(gatherings)s ELSE interval '2 hours' + n * interval '40 days' / %(ahead)s END AS begins)

INSERT INTO gatherings_participation (gathering_id, person_id, state, joined_at)
SELECT gathering.id, 2 + (gathering.id * 3 + k) %% (%(members)s - 1), 'coming', gathering.created_at
FROM gatherings_gathering AS gathering, generate_series(0, 2) AS k

INSERT INTO rides_ride (reference, author_id, role, way, site_id, place, distance_km, bearing, seats, price_cents, note, weekdays, created_at)
SELECT 'RI-' || n, 2 + n %% (%(members)s - 1), 'driver', 'to', %(site)s, (ARRAY['Valmorin','Lorvaux','Gare de Saint-Avel'])[1 + n %% 3] || ' n° ' || n, 12, 'n', 3, 100, 'Un vélo tient dans le coffre, remise au parking.', '01234', %(at)s - n * interval '300 days' / %(rides)s
FROM generate_series(1, %(rides)s) AS n

INSERT INTO rides_departure (ride_id, starts_at, seats, taken)
SELECT ride.id, date_trunc('day', %(at)s) + k * interval '1 day' + interval '7 hours' + ride.id %% 60 * interval '1 minute', 3, 0
FROM rides_ride AS ride, generate_series(-%(past_days)s, %(days_ahead)s) AS k

INSERT INTO deals_deal (reference, category, title, description, code, link, ends_on, author_id, created_at, closed_at, working_count, failing_count)
SELECT 'BP-' || n, (ARRAY['food','shopping','outings','sport'])[1 + n %% 4], (ARRAY['Cinéma du lundi','Révision du vélo','Café offert','Panier de légumes'])[1 + n %% 4] || ' n° ' || n, 'Sur présentation du badge, remise immédiate.', 'LOGE' || n, '',
    (%(at)s + interval '30 days')::date, 2 + n %% (%(members)s - 1), %(at)s - n * interval '900 days' / %(deals)s, CASE WHEN n > %(standing)s THEN %(at)s - interval '1 day' END, 2, 0
FROM generate_series(1, %(deals)s) AS n

INSERT INTO conversations_conversation (reference, subject_kind, subject_reference, subject_title, asker_id, owner_id, begun_at, last_message_at, asker_read_at, owner_read_at)
SELECT 'CO-' || n, 'classified', 'PA-' || n, 'Vélo', CASE WHEN n <= 5 THEN 1 ELSE 2 + n %% (%(members)s - 1) END, 2 + (n + 1) %% (%(members)s - 1), %(at)s - interval '2 days', %(at)s - n * interval '1 second', %(at)s, %(at)s
FROM generate_series(1, %(messages)s / 10) AS n

INSERT INTO conversations_message (reference, conversation_id, author_id, text, sent_at, mailed_at)
SELECT 'ME-' || conversation.id || '-' || k, conversation.id, CASE k %% 2 WHEN 0 THEN asker_id ELSE owner_id END, 'Bonjour, est-ce encore là ? Je passe à la pause, porte Sud.', last_message_at - k * interval '1 minute', last_message_at
FROM conversations_conversation AS conversation, generate_series(0, 9) AS k

INSERT INTO search_savedsearch (reference, person_id, address, words, rhythm, saved_at, checked_at)
SELECT 'RE-' || n, 1 + n %% %(members)s, 'q=v%%C3%%A9lo+' || n, 'vélo ' || n, 'daily', %(at)s - interval '9 days', %(at)s
FROM generate_series(1, %(searches)s) AS n

INSERT INTO search_favourite (person_id, reference, saved_at)
SELECT 1, 'PA-' || n, %(at)s FROM generate_series(1, 10) AS n
