sih-deliveries-title = Interfaces: messages to other systems
sih-deliveries-caption = Newest first
sih-deliveries-stuck = { $count ->
    [0] No message waits for your decision.
    [one] { $count } message waits for your decision.
   *[other] { $count } messages wait for your decision.
 }
sih-deliveries-waiting = { $count ->
    [0] None is being sent.
    [one] { $count } is being sent.
   *[other] { $count } are being sent.
 }
sih-deliveries-none = No message matches this search.
sih-deliveries-older = Older messages
sih-filter-all = All
sih-filter-apply = Show
sih-filter-state = State
sih-filter-establishment = Hospital
sih-filter-consumer = Destination
sih-filter-unknown = There is no such filter.
sih-column-what = Message
sih-column-state = State
sih-column-establishment = Hospital
sih-column-created = Created on
sih-column-attempts = Tries
sih-column-last = Last answer
sih-column-next = Next try
sih-consumer-sih = Hospital’s system
sih-consumer-mail = E-mail
sih-consumer-sms = SMS
sih-event-appointment-booked = Appointment booked
sih-event-appointment-cancelled = Appointment cancelled
sih-event-appointment-reminder-due = Appointment reminder
sih-state-waiting = waiting
sih-state-claimed = being sent
sih-state-sent = sent, no answer yet
sih-state-settled = acknowledged
sih-state-moot = no longer needed
sih-state-refused = refused
sih-state-dead = given up after several tries
sih-state-dropped = dropped
sih-delivery-title = Message
sih-delivery-back = All messages
sih-delivery-message-id = Message identifier
sih-delivery-last-error = Last error
sih-delivery-ended = Ended on
sih-delivery-acknowledgement = Acknowledgement
sih-delivery-dropped-reason = Dropped because
sih-delivery-stuck-title = This message waits for your decision
sih-delivery-stuck-lead = Later messages about the same person wait behind it.
sih-delivery-message = Message sent
sih-delivery-no-message = There is no HL7 message for this delivery.
sih-delivery-rendered = Composed on { $when }.
sih-delivery-raw = Message as it leaves
sih-delivery-no-answer = No acknowledgement has come.
sih-delivery-answered = Received on { $when }.
sih-replay = Send the same message again
sih-drop = Drop this message
sih-drop-reason = Why drop it?
sih-drop-hint = The message will not be sent any more. Write what you did instead, without naming anybody (500 characters at most).
sih-drop-refused = The message was not dropped
sih-drop-reason-needed = Give the reason, in 500 characters at most.
sih-reason-no-destination = This hospital has no interface in the settings.
sih-reason-cancelled-before-told = The appointment was cancelled before it was announced.
sih-reason-never-told = The hospital had not heard of this appointment.
sih-reason-not-cancelled = The appointment is not cancelled any more.
sih-reason-unknown-object = The appointment or the person is no more.
sih-reason-not-for-the-sih = This event does not concern the hospital’s system.
sih-reason-unwritable = The message cannot be written for this destination.
sih-reason-unreachable = The hospital’s system cannot be reached.
sih-reason-connect-timeout = The hospital’s system did not open the connection in time.
sih-reason-send-timeout = The message could not leave in time.
sih-reason-acknowledge-timeout = The acknowledgement did not come in time.
sih-reason-resting = The hospital’s system did not answer a moment before.
sih-reason-closed = The connection ended before the acknowledgement.
sih-reason-unreadable-answer = The answer is not a readable acknowledgement.
sih-reason-foreign-answer = The answer acknowledged another message.
sih-reason-frame = The exchange was interrupted.
sih-reason-database = Our database was not available.
problem-delivery-not-stuck = This message does not wait for a decision
problem-delivery-not-stuck-detail = It was sent again, dropped or acknowledged meanwhile. Reload its page to see where it stands.
