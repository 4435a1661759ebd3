DROP INDEX events_by_object;
