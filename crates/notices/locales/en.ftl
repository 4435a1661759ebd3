# What the "notices" room writes to patients.

# E-mail: nothing medical in the subject.
notices-mail-subject-booked = Your appointment on { $when }
notices-mail-subject-cancelled = Appointment cancelled: { $when }
notices-mail-subject-reminder = Reminder: your appointment on { $when }
notices-mail-greeting = Hello { $name },
notices-mail-lead-booked = Your appointment is confirmed.
notices-mail-lead-cancelled = Your appointment is cancelled. There is nothing else you need to do.
notices-mail-lead-reminder = We look forward to seeing you soon.
notices-mail-label-when = Date and time
notices-mail-label-place = Place
notices-mail-label-address = Address
notices-mail-label-service = Department
notices-mail-label-practitioner = With
notices-mail-label-reason = Reason
notices-mail-label-reference = Reference
notices-mail-prepare = To prepare for your visit: { $instructions }
notices-mail-calendar-booked = The attached file adds this appointment to your calendar.
notices-mail-calendar-cancelled = The attached file removes this appointment from your calendar.
notices-mail-change = Can’t come? Please cancel as soon as possible: another patient can be seen instead.
notices-mail-again = You can book another appointment at any time.
notices-mail-link-view = View or cancel this appointment
notices-mail-link-again = View my appointments
notices-mail-help = Any questions? Call { $phone }.
notices-mail-automatic = This message is sent automatically; please do not reply to it.

notices-calendar-summary = Appointment, { $service }
notices-calendar-summary-neutral = Appointment
notices-calendar-description = To cancel: { $link }
    Telephone: { $phone }

# SMS: at most 160 characters, nothing personal nor medical.
notices-sms-when = { $day } at { $time }
notices-sms-booked = Appointment confirmed { $when }, { $place }. Cancel or ask: { $phone }{ $link }
notices-sms-cancelled = Appointment on { $when }, { $place }: cancelled. Questions: { $phone }{ $link }
notices-sms-reminder = Reminder: appointment { $when }, { $place }. Can't come? { $phone }{ $link }

# Pre-admission: nothing of the stay but date and place.
notices-mail-subject-file-created = Prepare your visit on { $when }
notices-mail-subject-file-reminder = Reminder: prepare your visit on { $when }
notices-mail-subject-file-refused = Your file: something to send again
notices-mail-subject-file-completed = Your file is accepted
notices-mail-subject-file-moved = Your visit is moved to { $when }
notices-mail-subject-file-cancelled = Your visit on { $when } is cancelled
notices-mail-lead-file-created = You are expected at the hospital. You can fill in your admission file online from now on.
notices-mail-lead-file-reminder = Your admission file has not been sent yet.
notices-mail-lead-file-refused = The hospital needs you to correct or send again something in your file.
notices-mail-lead-file-completed = Your admission file is complete and accepted. There is nothing more to send.
notices-mail-lead-file-moved = The hospital changed the time of your visit. What you filled in and sent still holds.
notices-mail-lead-file-cancelled = Your visit is cancelled. Your file is closed, there is nothing else you need to do.
notices-mail-label-deadline = To be sent again before
notices-mail-note-file-created = Have your identity document and your insurance card at hand. You can stop and go on whenever you like: this link always opens your file again.
notices-mail-note-file-reminder = Is a document missing? Send your file all the same and say so in it.
notices-mail-note-file-refused = Your file explains what is to be done again; the rest is kept.
notices-mail-note-file-completed = On the day, bring the originals of your documents.
notices-mail-note-file-moved = If this time does not suit you, please call us.
notices-mail-note-file-cancelled = If you think this is a mistake, please call us.
notices-mail-link-fill = Fill in my file
notices-mail-link-file = View my file
# A stay announced before its file opens.
notices-mail-subject-file-created-later = Your visit on { $when }
notices-mail-lead-file-created-later = You are expected at the hospital. You can fill in your admission file online from { $opens }.
notices-mail-note-file-created-later = Keep this message: from that day its link opens your file. Have an identity document and your health insurance card ready.
notices-sms-file-created-later = You are expected { $when }, { $place }. Fill in your file online from { $opens }. Questions: { $phone }{ $link }
notices-sms-file-created = You are expected { $when }, { $place }. Prepare your file online. Questions: { $phone }{ $link }
notices-sms-file-reminder = Reminder: your file for { $when }, { $place }, is not sent yet. Questions: { $phone }{ $link }
notices-sms-file-refused = Your file for { $when }, { $place }: something is to be sent again. Questions: { $phone }{ $link }
notices-sms-file-completed = Your file for { $when }, { $place }, is accepted. Questions: { $phone }{ $link }
notices-sms-file-moved = Your visit is moved to { $when }, { $place }. Your file still holds. Questions: { $phone }{ $link }
notices-sms-file-cancelled = Your visit on { $when }, { $place }, is cancelled. Questions: { $phone }{ $link }

# Somebody else than the patient gets a link for them alone: neither the patient nor the stay is named.
notices-mail-label-answer = Answer awaited before
notices-mail-link-answer = Answer
notices-mail-subject-file-invited-parental-authority = Your answer is awaited for a child
notices-mail-subject-file-invited-representative = Your answer is awaited for a protected adult
notices-mail-subject-file-invited-trusted-person = Do you agree to be a trusted person?
notices-mail-subject-file-invited-relative = Would you like to be told?
notices-mail-lead-file-invited-parental-authority = The hospital needs your authorisation to care for a child over whom you hold parental authority.
notices-mail-lead-file-invited-representative = Care is planned for a person whom you represent. The hospital needs to hear you.
notices-mail-lead-file-invited-trusted-person = Somebody who comes to the hospital chooses you as their trusted person.
notices-mail-lead-file-invited-relative = Somebody would like the hospital to give you news of them.
notices-mail-note-file-invited-parental-authority = This link is for you alone: do not hand it on. You log in, see what is planned, then authorise or refuse.
notices-mail-note-file-invited-representative = This link is for you alone: do not hand it on. You log in, see what is planned, then answer.
notices-mail-note-file-invited-trusted-person = This link is for you alone: do not hand it on. You may accept or decline, without a reason.
notices-mail-note-file-invited-relative = Nothing is sent to you unless you agree. This link is for you alone: use it to accept, to decline, and later to stop.
notices-sms-file-invited-parental-authority = { $place }: your authorisation is awaited for the care of a child. Answer by this link, for you alone. Questions: { $phone }{ $link }
notices-sms-file-invited-representative = { $place }: your answer is awaited for a person whom you represent. Answer by this link, for you alone. Questions: { $phone }{ $link }
notices-sms-file-invited-trusted-person = { $place }: somebody chooses you as their trusted person. Answer by this link, for you alone. Questions: { $phone }{ $link }
notices-sms-file-invited-relative = { $place }: somebody would like you to have news of them. Accept or decline by this link, for you alone. Questions: { $phone }{ $link }
notices-mail-link-stop = Receive nothing more
notices-mail-subject-news-ready = News of { $called }
notices-mail-subject-news-cancelled = News of { $called }
notices-mail-lead-news-ready = Everything is ready for { $called } to come to the hospital.
notices-mail-lead-news-cancelled = { $called } will not come to the hospital as planned.
notices-mail-note-news-ready = You get this message because { $called } wished it and you agreed.
notices-mail-note-news-cancelled = You get this message because { $called } wished it and you agreed.
notices-sms-news-ready = News of { $called }: expected { $when }, { $place }. To receive nothing more:{ $link }
notices-sms-news-cancelled = News of { $called }: the visit of { $when }, { $place }, is cancelled. To receive nothing more:{ $link }

# Somebody who was asked refuses or stays silent: nothing is told of who or what.
notices-mail-subject-file-answered = An answer that the hospital awaited
notices-mail-lead-file-answered = Somebody who was asked for an answer refused, or did not answer in time.
notices-mail-note-file-answered = Log in to know how things stand. If something has to change, the hospital calls you.
notices-sms-file-answered = { $place }: somebody who was asked refused or did not answer. Log in to know more. Questions: { $phone }{ $link }

# Payment: nothing of what was treated.
notices-mail-greeting-nobody = Hello,
notices-mail-label-amount = Amount paid
notices-mail-label-paid = Paid on
notices-mail-label-back = To be paid back to you
notices-mail-label-due-on = To be paid by
notices-mail-link-payment = View my receipt
notices-mail-link-invoice = View and pay
notices-mail-subject-payment-card = We have received your payment
notices-mail-subject-payment-debit = Your direct debit is registered
notices-mail-subject-payment-too-much = Your payment: some of it will be paid back
notices-mail-subject-invoice = You have an invoice to pay
notices-mail-subject-invoice-another = You have an invoice to pay
notices-mail-lead-payment-card = We have received your payment. Thank you.
notices-mail-lead-payment-debit = Your direct debit order is registered. There is nothing else you need to do.
notices-mail-lead-payment-too-much = You paid more than was due: { $back } will be paid back to you.
notices-mail-lead-invoice = The hospital has sent you an invoice. You can pay it online.
notices-mail-lead-invoice-another = The hospital has sent an invoice to somebody for whom you act. You can see it and pay it online.
notices-mail-note-payment-card = Please keep this message: it shows the reference of your payment.
notices-mail-note-payment-debit = The money will leave your account in the next few days. Please keep this message: it shows the reference of your payment.
notices-mail-note-payment-too-much = You do not need to ask for it: the hospital’s cashier takes care of it, and will contact you if anything is needed.
notices-mail-note-invoice = Have you already paid, by cheque or at the hospital? Then please ignore this message.
notices-mail-note-invoice-another = Was it already paid, by cheque or at the hospital? Then please ignore this message.
notices-sms-payment-card = Payment of { $when } received, { $place }. Questions: { $phone }{ $link }
notices-sms-payment-debit = Direct debit registered on { $when }, { $place }. Questions: { $phone }{ $link }
notices-sms-payment-too-much = Payment of { $when }, { $place }: some of it will be paid back. Questions: { $phone }{ $link }
notices-sms-invoice = You have an invoice to pay, { $place }. Questions: { $phone }{ $link }
notices-sms-invoice-another = Invoice to pay for somebody for whom you act, { $place }. Questions: { $phone }{ $link }
