DROP TABLE unreadable_frames;
DROP TABLE inbound_messages;
DROP TABLE outbound_messages;
DROP FUNCTION a_message_is_never_changed;
