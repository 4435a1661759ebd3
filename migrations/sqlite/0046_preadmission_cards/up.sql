-- What the square code on the photo of a card says, until its document is erased. See crates/preadmission/README.md.

ALTER TABLE preadmission_documents ADD COLUMN card_code TEXT CHECK (card_code IS NULL OR length(card_code) BETWEEN 1 AND 4000);
