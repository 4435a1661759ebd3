sih-deliveries-title = Interfaces : messages aux autres systèmes
sih-deliveries-caption = Du plus récent au plus ancien
sih-deliveries-stuck = { $count ->
    [0] Aucun message n’attend votre décision.
    [one] { $count } message attend votre décision.
   *[other] { $count } messages attendent votre décision.
 }
sih-deliveries-waiting = { $count ->
    [0] Aucun n’est en cours d’envoi.
    [one] { $count } est en cours d’envoi.
   *[other] { $count } sont en cours d’envoi.
 }
sih-deliveries-none = Aucun message ne correspond à cette recherche.
sih-deliveries-older = Messages plus anciens
sih-filter-all = Tous
sih-filter-apply = Afficher
sih-filter-state = État
sih-filter-establishment = Établissement
sih-filter-consumer = Destination
sih-filter-unknown = Ce filtre n’existe pas.
sih-column-what = Message
sih-column-state = État
sih-column-establishment = Établissement
sih-column-created = Créé le
sih-column-attempts = Essais
sih-column-last = Dernière réponse
sih-column-next = Prochain essai
sih-consumer-sih = Système de l’hôpital
sih-consumer-mail = Courriel
sih-consumer-sms = SMS
sih-event-appointment-booked = Rendez-vous pris
sih-event-appointment-cancelled = Rendez-vous annulé
sih-event-appointment-reminder-due = Rappel de rendez-vous
sih-state-waiting = en attente
sih-state-claimed = en cours d’envoi
sih-state-sent = envoyé, sans réponse
sih-state-settled = acquitté
sih-state-moot = sans objet
sih-state-refused = refusé
sih-state-dead = abandonné après plusieurs essais
sih-state-dropped = écarté
sih-delivery-title = Message
sih-delivery-back = Tous les messages
sih-delivery-message-id = Identifiant du message
sih-delivery-last-error = Dernière erreur
sih-delivery-ended = Terminé le
sih-delivery-acknowledgement = Acquittement
sih-delivery-dropped-reason = Écarté parce que
sih-delivery-stuck-title = Ce message attend votre décision
sih-delivery-stuck-lead = Les messages suivants sur la même personne attendent derrière lui.
sih-delivery-message = Message envoyé
sih-delivery-no-message = Il n’y a pas de message HL7 pour cet envoi.
sih-delivery-rendered = Composé le { $when }.
sih-delivery-raw = Message tel qu’il part
sih-delivery-no-answer = Aucun acquittement n’est arrivé.
sih-delivery-answered = Reçu le { $when }.
sih-replay = Renvoyer le même message
sih-drop = Écarter ce message
sih-drop-reason = Pourquoi l’écarter ?
sih-drop-hint = Le message ne sera plus envoyé. Écrivez ce que vous avez fait à la place, sans nommer personne (500 caractères au plus).
sih-drop-refused = Le message n’a pas été écarté
sih-drop-reason-needed = Indiquez la raison, en 500 caractères au plus.
sih-reason-no-destination = Cet établissement n’a pas d’interface dans les réglages.
sih-reason-cancelled-before-told = Le rendez-vous a été annulé avant d’être annoncé.
sih-reason-never-told = L’hôpital n’avait pas entendu parler de ce rendez-vous.
sih-reason-not-cancelled = Le rendez-vous n’est plus annulé.
sih-reason-unknown-object = Le rendez-vous ou la personne n’existe plus.
sih-reason-not-for-the-sih = Cet événement ne concerne pas l’hôpital.
sih-reason-unwritable = Le message ne peut pas être écrit pour cette destination.
sih-reason-unreachable = Le système de l’hôpital est injoignable.
sih-reason-connect-timeout = Le système de l’hôpital n’a pas ouvert la connexion à temps.
sih-reason-send-timeout = Le message n’a pas pu partir à temps.
sih-reason-acknowledge-timeout = L’acquittement n’est pas arrivé à temps.
sih-reason-resting = Le système de l’hôpital ne répondait pas un instant plus tôt.
sih-reason-closed = La connexion a été coupée avant l’acquittement.
sih-reason-unreadable-answer = La réponse n’est pas un acquittement lisible.
sih-reason-foreign-answer = La réponse acquittait un autre message.
sih-reason-frame = L’échange a été interrompu.
sih-reason-database = Notre base de données n’était pas disponible.
problem-delivery-not-stuck = Ce message n’attend pas de décision
problem-delivery-not-stuck-detail = Il a été renvoyé, écarté ou acquitté entre-temps. Rechargez sa page pour voir où il en est.
