-- How what happened to one object was told: asked by pages that show it.
CREATE INDEX events_by_object ON events (object);
