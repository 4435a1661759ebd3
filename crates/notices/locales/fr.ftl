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

# Pré-admission : rien du séjour que la date et le lieu.
notices-mail-subject-file-created = Préparez votre venue du { $when }
notices-mail-subject-file-reminder = Rappel : préparez votre venue du { $when }
notices-mail-subject-file-refused = Votre dossier : un élément est à renvoyer
notices-mail-subject-file-completed = Votre dossier est accepté
notices-mail-subject-file-moved = Votre venue est déplacée au { $when }
notices-mail-subject-file-cancelled = Votre venue du { $when } est annulée
notices-mail-lead-file-created = Votre venue à l’hôpital est prévue. Votre dossier d’admission peut être rempli en ligne dès maintenant.
notices-mail-lead-file-reminder = Votre dossier d’admission n’est pas encore envoyé.
notices-mail-lead-file-refused = L’hôpital a besoin que vous corrigiez ou renvoyiez un élément de votre dossier.
notices-mail-lead-file-completed = Votre dossier d’admission est complet et accepté. Vous n’avez plus rien à envoyer.
notices-mail-lead-file-moved = L’hôpital a changé le moment de votre venue. Ce que vous avez rempli et envoyé reste valable.
notices-mail-lead-file-cancelled = Votre venue est annulée. Votre dossier est fermé, vous n’avez plus rien à faire.
notices-mail-label-deadline = À renvoyer avant le
notices-mail-note-file-created = Prévoyez une pièce d’identité et votre carte de mutuelle. Vous pouvez vous arrêter et reprendre quand vous voulez : ce lien rouvre toujours votre dossier.
notices-mail-note-file-reminder = Il vous manque un document ? Envoyez quand même votre dossier en le signalant.
notices-mail-note-file-refused = Ce qui est à reprendre est expliqué dans votre dossier ; le reste est conservé.
notices-mail-note-file-completed = Le jour venu, apportez les originaux de vos documents.
notices-mail-note-file-moved = Si ce moment ne vous convient pas, appelez-nous.
notices-mail-note-file-cancelled = Si vous pensez que c’est une erreur, appelez-nous.
notices-mail-link-fill = Remplir mon dossier
notices-mail-link-file = Voir mon dossier
# A stay announced before its file opens.
notices-mail-subject-file-created-later = Votre venue du { $when }
notices-mail-lead-file-created-later = Votre venue à l’hôpital est prévue. Votre dossier d’admission pourra être rempli en ligne à partir du { $opens }.
notices-mail-note-file-created-later = Gardez ce message : son lien ouvrira votre dossier à partir de ce jour. Prévoyez une pièce d’identité et votre carte de mutuelle.
notices-sms-file-created-later = Venue prévue { $when }, { $place }. Dossier à remplir en ligne à partir du { $opens }. Question : { $phone }{ $link }
notices-sms-file-created = Venue prévue { $when }, { $place }. Préparez votre dossier en ligne. Question : { $phone }{ $link }
notices-sms-file-reminder = Rappel : votre dossier pour le { $when }, { $place }, n’est pas envoyé. Question : { $phone }{ $link }
notices-sms-file-refused = Votre dossier pour le { $when }, { $place } : un élément est à renvoyer. Question : { $phone }{ $link }
notices-sms-file-completed = Votre dossier pour le { $when }, { $place }, est accepté. Question : { $phone }{ $link }
notices-sms-file-moved = Votre venue est déplacée au { $when }, { $place }. Votre dossier reste valable. Question : { $phone }{ $link }
notices-sms-file-cancelled = Votre venue du { $when }, { $place }, est annulée. Question : { $phone }{ $link }

# Un autre que le patient reçoit un lien qui n’est que pour lui : ni le patient ni le séjour ne sont nommés.
notices-mail-label-answer = Réponse attendue avant le
notices-mail-link-answer = Répondre
notices-mail-subject-file-invited-parental-authority = Votre réponse est attendue pour un enfant
notices-mail-subject-file-invited-representative = Votre réponse est attendue pour une personne protégée
notices-mail-subject-file-invited-trusted-person = Acceptez-vous d’être personne de confiance ?
notices-mail-subject-file-invited-relative = Voulez-vous être informé ?
notices-mail-lead-file-invited-parental-authority = L’hôpital a besoin de votre autorisation pour soigner un enfant sur lequel vous avez l’autorité parentale.
notices-mail-lead-file-invited-representative = Des soins sont prévus pour une personne que vous représentez. L’hôpital a besoin de vous entendre.
notices-mail-lead-file-invited-trusted-person = Une personne qui vient à l’hôpital vous choisit comme personne de confiance.
notices-mail-lead-file-invited-relative = Une personne souhaite que l’hôpital vous donne de ses nouvelles.
notices-mail-note-file-invited-parental-authority = Ce lien n’est que pour vous : ne le transmettez pas. Vous vous connectez, vous voyez ce qui est prévu, puis vous autorisez ou refusez.
notices-mail-note-file-invited-representative = Ce lien n’est que pour vous : ne le transmettez pas. Vous vous connectez, vous voyez ce qui est prévu, puis vous répondez.
notices-mail-note-file-invited-trusted-person = Ce lien n’est que pour vous : ne le transmettez pas. Vous pouvez accepter ou refuser, sans donner de raison.
notices-mail-note-file-invited-relative = Rien ne vous est envoyé sans votre accord. Ce lien n’est que pour vous : il sert à accepter, à refuser, et plus tard à arrêter.
notices-sms-file-invited-parental-authority = { $place } : votre autorisation est attendue pour les soins d’un enfant. Répondez par ce lien, réservé à vous. Question : { $phone }{ $link }
notices-sms-file-invited-representative = { $place } : votre réponse est attendue pour une personne que vous représentez. Répondez par ce lien, réservé à vous. Question : { $phone }{ $link }
notices-sms-file-invited-trusted-person = { $place } : quelqu’un vous choisit comme personne de confiance. Répondez par ce lien, réservé à vous. Question : { $phone }{ $link }
notices-sms-file-invited-relative = { $place } : une personne souhaite que vous ayez de ses nouvelles. Acceptez ou refusez par ce lien, réservé à vous. Question : { $phone }{ $link }
notices-mail-link-stop = Ne plus rien recevoir
notices-mail-subject-news-ready = Des nouvelles de { $called }
notices-mail-subject-news-cancelled = Des nouvelles de { $called }
notices-mail-lead-news-ready = Tout est prêt pour la venue de { $called } à l’hôpital.
notices-mail-lead-news-cancelled = La venue de { $called } à l’hôpital est annulée.
notices-mail-note-news-ready = Vous recevez ce message parce que { $called } l’a souhaité et que vous avez accepté.
notices-mail-note-news-cancelled = Vous recevez ce message parce que { $called } l’a souhaité et que vous avez accepté.
notices-sms-news-ready = Nouvelles de { $called } : venue prévue { $when }, { $place }. Ne plus rien recevoir :{ $link }
notices-sms-news-cancelled = Nouvelles de { $called } : venue du { $when }, { $place }, annulée. Ne plus rien recevoir :{ $link }

# Une personne sollicitée refuse ou se tait : rien n’est dit de qui ni de quoi.
notices-mail-subject-file-answered = Une réponse que l’hôpital attendait
notices-mail-lead-file-answered = Une personne à qui une réponse était demandée a refusé, ou n’a pas répondu à temps.
notices-mail-note-file-answered = Connectez-vous pour savoir ce qu’il en est. Si quelque chose doit changer, l’hôpital vous appelle.
notices-sms-file-answered = { $place } : une personne sollicitée a refusé ou n’a pas répondu. Connectez-vous pour en savoir plus. Question : { $phone }{ $link }

# Paiement : rien de ce qui a été soigné.
notices-mail-greeting-nobody = Bonjour,
notices-mail-label-amount = Montant payé
notices-mail-label-paid = Payé le
notices-mail-label-back = À vous rembourser
notices-mail-label-due-on = À payer avant le
notices-mail-link-payment = Voir mon justificatif
notices-mail-link-invoice = Voir et payer
notices-mail-subject-payment-card = Votre paiement est reçu
notices-mail-subject-payment-debit = Votre prélèvement est enregistré
notices-mail-subject-payment-too-much = Votre paiement : un remboursement suivra
notices-mail-subject-invoice = Une facture est à payer
notices-mail-subject-invoice-another = Une facture est à payer
notices-mail-lead-payment-card = Votre paiement est bien reçu. Merci.
notices-mail-lead-payment-debit = Votre ordre de prélèvement est enregistré. Vous n’avez plus rien à faire.
notices-mail-lead-payment-too-much = Vous avez payé plus que ce qui était dû : { $back } vous seront remboursés.
notices-mail-lead-invoice = L’hôpital vous a adressé une facture. Vous pouvez la payer en ligne.
notices-mail-lead-invoice-another = L’hôpital a adressé une facture à une personne pour qui vous agissez. Vous pouvez la voir et la payer en ligne.
notices-mail-note-payment-card = Gardez ce message : il porte la référence de votre paiement.
notices-mail-note-payment-debit = La somme sera retirée de votre compte dans les prochains jours. Gardez ce message : il porte la référence de votre paiement.
notices-mail-note-payment-too-much = Vous n’avez rien à demander : la régie de l’hôpital s’en occupe et vous contacte si elle a besoin d’un renseignement.
notices-mail-note-invoice = Vous avez déjà payé, par chèque ou sur place ? Ne tenez pas compte de ce message.
notices-mail-note-invoice-another = Elle est déjà payée, par chèque ou sur place ? Ne tenez pas compte de ce message.
notices-sms-payment-card = Paiement du { $when } bien reçu, { $place }. Question : { $phone }{ $link }
notices-sms-payment-debit = Prélèvement enregistré le { $when }, { $place }. Question : { $phone }{ $link }
notices-sms-payment-too-much = Paiement du { $when }, { $place } : un remboursement suivra. Question : { $phone }{ $link }
notices-sms-invoice = Une facture est à payer, { $place }. Question : { $phone }{ $link }
notices-sms-invoice-another = Facture à payer pour une personne pour qui vous agissez, { $place }. Question : { $phone }{ $link }
