-- What a charge sends to councils is at most what it brought.
CREATE OR REPLACE FUNCTION billing_a_charge_sends_no_more_than_it_brought()
RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sold record;
    sent bigint;
BEGIN
    IF NEW.state = 'refused' THEN
        RETURN NEW;
    END IF;
    SELECT s.id, s.gross_cents, s.order_id INTO sold
    FROM billing_share h JOIN billing_sale s ON s.id = h.sale_id WHERE h.id = NEW.share_id;
    -- Of two at once each would count itself alone. Nothing else locks a line of a paid order.
    PERFORM FROM billing_orderline WHERE order_id = sold.order_id ORDER BY id LIMIT 1
    FOR NO KEY UPDATE;
    SELECT sum(w.amount_cents) INTO sent
    FROM billing_transfer w JOIN billing_share h ON h.id = w.share_id
    WHERE h.sale_id = sold.id AND w.state <> 'refused';
    IF sent > sold.gross_cents THEN
        RAISE EXCEPTION 'a charge of % cents cannot send %', sold.gross_cents, sent
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER a_charge_sends_no_more_than_it_brought AFTER INSERT ON billing_transfer
FOR EACH ROW EXECUTE FUNCTION billing_a_charge_sends_no_more_than_it_brought();
CREATE OR REPLACE TRIGGER a_charge_sends_no_more_afterwards AFTER UPDATE ON billing_transfer
FOR EACH ROW WHEN (
    NEW.amount_cents > OLD.amount_cents
    OR NEW.share_id <> OLD.share_id
    OR OLD.state = 'refused' AND NEW.state <> 'refused'
) EXECUTE FUNCTION billing_a_charge_sends_no_more_than_it_brought();
