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
