# Ce que la chambre « notices » écrit aux patients. Espaces insécables : avant « : ; ! ? » et dans les heures.

# Courriel : objet sans rien de médical.
notices-mail-subject-booked = Votre rendez-vous du { $when }
notices-mail-subject-cancelled = Rendez-vous annulé : { $when }
notices-mail-subject-reminder = Rappel : votre rendez-vous du { $when }
notices-mail-greeting = Bonjour { $name },
notices-mail-lead-booked = Votre rendez-vous est confirmé.
notices-mail-lead-cancelled = Votre rendez-vous est annulé. Vous n’avez plus rien à faire.
notices-mail-lead-reminder = Nous vous attendons bientôt pour votre rendez-vous.
notices-mail-label-when = Date et heure
notices-mail-label-place = Lieu
notices-mail-label-address = Adresse
notices-mail-label-service = Service
notices-mail-label-practitioner = Avec
notices-mail-label-reason = Motif
notices-mail-label-reference = Référence
notices-mail-prepare = Pour préparer votre venue : { $instructions }
notices-mail-calendar-booked = Le fichier joint ajoute ce rendez-vous à votre agenda.
notices-mail-calendar-cancelled = Le fichier joint retire ce rendez-vous de votre agenda.
notices-mail-change = Un empêchement ? Annulez dès que possible : un autre patient pourra être reçu à votre place.
notices-mail-again = Vous pouvez prendre un autre rendez-vous à tout moment.
notices-mail-link-view = Voir ou annuler ce rendez-vous
notices-mail-link-again = Voir mes rendez-vous
notices-mail-help = Une question ? Appelez le { $phone }.
notices-mail-automatic = Ce message est envoyé automatiquement, merci de ne pas y répondre.

notices-calendar-summary = Rendez-vous, { $service }
notices-calendar-summary-neutral = Rendez-vous
notices-calendar-description = Pour annuler : { $link }
    Téléphone : { $phone }

# SMS : 160 caractères au plus, rien de personnel ni de médical.
notices-sms-when = { $day } à { $time }
notices-sms-booked = RDV confirmé { $when }, { $place }. Annuler ou question : { $phone }{ $link }
notices-sms-cancelled = RDV du { $when }, { $place } : annulé. Question : { $phone }{ $link }
notices-sms-reminder = Rappel : RDV { $when }, { $place }. Impossible de venir ? { $phone }{ $link }
