import type { CareLanguage, CrisisKind } from "./kinds.ts";

/** The words of the caring answer in one language. `{…}` are filled in. */
export interface AnswerTexts {
  /** First words with the member's name, and without. */
  readonly thanks: readonly [named: string, plain: string];
  /** By kind: the meeting, what leads to the lines, what to do in danger, the last words. */
  readonly kinds: Readonly<Record<CrisisKind, readonly [string, string, string, string]>>;
  readonly call: string;
  readonly textTo: string;
  readonly textWord: string;
  readonly or: string;
  readonly everywhere: string;
  /** The emergency number in the sentences above, and what stands there if it is not known. */
  readonly emergency: readonly [known: string, unknown: string];
}

/** The texts by language. Short, warm, no exercise; the one question is whether they are safe. */
export const ANSWER_TEXTS: Readonly<Record<CareLanguage, AnswerTexts>> = {
  en: {
    thanks: ["{name}, thank you for telling me.", "Thank you for telling me."],
    kinds: {
      suicide: [
        "What you are carrying sounds so heavy, and you do not have to carry it alone. You matter. Are you safe right now?",
        "Please talk with someone today who can be there for you:",
        "If you might act on these thoughts, call {emergency} now or go to the nearest emergency room. If you can, ask someone you trust to stay with you, away from anything you could hurt yourself with.",
        "Your Life Vision can wait. You come first.",
      ],
      self_harm: [
        "When feelings grow this strong, hurting yourself can seem the only way to bear them. There is no shame in that, and you deserve care. Are you safe right now?",
        "These people listen, without judging:",
        "If you are badly hurt or your life is in danger, call {emergency} now.",
        "Your Life Vision can wait. You come first.",
      ],
      abuse: [
        "Nobody has the right to hurt or threaten you, and it is not your fault. You deserve to be safe. Are you safe right now?",
        "These people listen in confidence and know what can be done:",
        "If you are in danger, call {emergency} as soon as you can. If somebody may look at your phone, use another one to call, and delete this conversation.",
        "Your Life Vision can wait. You come first.",
      ],
      harm_to_others: [
        "It takes courage to say this. Thoughts like these can be overwhelming, and there is help to get through them without anyone being hurt. Is everyone safe right now?",
        "Please talk with someone now, before anything else:",
        "If someone could get hurt, step away from the situation and call {emergency} now.",
        "Everything else can wait.",
      ],
      worry: [
        "Being this worried about someone is hard, and you do not have to carry it alone. Stay close, listen, and ask openly whether they think of ending their life: asking does no harm, and often brings relief. Are you both safe right now?",
        "These lines are there for you as well as for them:",
        "If their life is in danger, call {emergency} now and stay with them if you can.",
        "Everything else can wait.",
      ],
      past: [
        "What you came through took great strength, and I am glad you are here. Are you safe today?",
        "If it ever feels close again, today or any day, these people are there for you:",
        "If your life is in danger, call {emergency} right away.",
        "Whenever you are ready, we go on together, at your pace.",
      ],
    },
    call: "call {number}",
    textTo: "text {number}",
    textWord: "text {word} to {number}",
    or: "or",
    everywhere: "help lines in every country",
    emergency: ["{number}", "your local emergency number"],
  },
  es: {
    thanks: ["{name}, gracias por contármelo.", "Gracias por contármelo."],
    kinds: {
      suicide: [
        "Lo que llevas dentro suena muy pesado, y no tienes que cargarlo en soledad. Tú importas. ¿Estás a salvo en este momento?",
        "Por favor, habla hoy con alguien que pueda acompañarte:",
        "Si crees que podrías hacerte daño, llama ya {emergency} o ve a urgencias. Si puedes, pide a alguien de confianza que se quede contigo, lejos de todo lo que pueda hacerte daño.",
        "Tu Life Vision puede esperar. Tú eres lo primero.",
      ],
      self_harm: [
        "Cuando el dolor crece tanto, hacerse daño puede parecer la única manera de soportarlo. No hay nada de qué avergonzarse, y mereces cuidado. ¿Estás a salvo en este momento?",
        "Estas personas escuchan sin juzgar:",
        "Si tienes una herida grave o tu vida corre peligro, llama ya {emergency}.",
        "Tu Life Vision puede esperar. Tú eres lo primero.",
      ],
      abuse: [
        "Nadie tiene derecho a hacerte daño ni a amenazarte, y no es culpa tuya. Mereces vivir a salvo. ¿Estás a salvo en este momento?",
        "Estas personas escuchan con confidencialidad y saben qué se puede hacer:",
        "Si corres peligro, llama {emergency} en cuanto puedas. Si alguien puede mirar tu teléfono, llama desde otro y borra esta conversación.",
        "Tu Life Vision puede esperar. Tú eres lo primero.",
      ],
      harm_to_others: [
        "Hace falta valor para decirlo. Pensamientos así pueden desbordar, y hay ayuda para atravesarlos sin que nadie salga herido. ¿Están todos a salvo en este momento?",
        "Por favor, habla con alguien ahora, antes que nada:",
        "Si alguien puede salir herido, aléjate de la situación y llama ya {emergency}.",
        "Todo lo demás puede esperar.",
      ],
      worry: [
        "Preocuparse así por alguien es duro, y no tienes que cargarlo en soledad. Quédate cerca, escucha y pregunta abiertamente si piensa en quitarse la vida: preguntar no hace daño y a menudo alivia. ¿Están a salvo en este momento?",
        "Estas líneas están para ti y también para esa persona:",
        "Si su vida corre peligro, llama ya {emergency} y, si puedes, quédate a su lado.",
        "Todo lo demás puede esperar.",
      ],
      past: [
        "Lo que atravesaste pidió mucha fuerza, y me alegra que estés aquí. ¿Estás a salvo hoy?",
        "Si alguna vez vuelve a sentirse cerca, hoy o cualquier día, estas personas están para ti:",
        "Si tu vida corre peligro, llama enseguida {emergency}.",
        "Cuando quieras, seguimos, a tu ritmo.",
      ],
    },
    call: "llama al {number}",
    textTo: "envía un SMS al {number}",
    textWord: "envía {word} por SMS al {number}",
    or: "o",
    everywhere: "líneas de ayuda de todos los países",
    emergency: ["al {number}", "al número de emergencias de tu país"],
  },
  fr: {
    thanks: ["{name}, merci de me le dire.", "Merci de me le dire."],
    kinds: {
      suicide: [
        "Ce que tu portes semble si lourd, et tu n’as pas à le porter dans la solitude. Tu comptes. Es-tu en sécurité en ce moment ?",
        "S’il te plaît, parle aujourd’hui à quelqu’un qui peut être là pour toi :",
        "Si tu risques de passer à l’acte, appelle tout de suite {emergency} ou va aux urgences. Si tu peux, demande à une personne de confiance de rester avec toi, loin de tout ce qui pourrait te blesser.",
        "Ta Life Vision peut attendre. Tu passes avant tout.",
      ],
      self_harm: [
        "Quand la douleur devient aussi forte, se faire du mal peut sembler la seule façon de la supporter. Il n’y a aucune honte à cela, et tu mérites que l’on prenne soin de toi. Es-tu en sécurité en ce moment ?",
        "Ces personnes écoutent sans juger :",
        "Si la blessure est grave ou si ta vie est en danger, appelle tout de suite {emergency}.",
        "Ta Life Vision peut attendre. Tu passes avant tout.",
      ],
      abuse: [
        "Personne n’a le droit de te faire du mal ni de te menacer, et ce n’est pas ta faute. Tu mérites de vivre en sécurité. Es-tu en sécurité en ce moment ?",
        "Ces personnes écoutent en toute confidentialité et savent ce qu’il est possible de faire :",
        "En cas de danger, appelle {emergency} dès que tu le peux. Si quelqu’un peut regarder ton téléphone, appelle depuis un autre et efface cette conversation.",
        "Ta Life Vision peut attendre. Tu passes avant tout.",
      ],
      harm_to_others: [
        "Il faut du courage pour le dire. De telles pensées peuvent submerger, et il existe de l’aide pour les traverser sans que personne ne soit blessé. Tout le monde est-il en sécurité en ce moment ?",
        "S’il te plaît, parle à quelqu’un maintenant, avant toute chose :",
        "Si quelqu’un risque d’être blessé, éloigne-toi et appelle tout de suite {emergency}.",
        "Tout le reste peut attendre.",
      ],
      worry: [
        "S’inquiéter autant pour quelqu’un est dur, et tu n’as pas à porter cela dans la solitude. Reste proche, écoute, et demande ouvertement si cette personne pense au suicide : la question ne fait pas de mal, elle soulage souvent. Êtes-vous en sécurité en ce moment ?",
        "Ces lignes sont là pour toi comme pour elle :",
        "Si sa vie est en danger, appelle tout de suite {emergency} et reste à ses côtés si tu le peux.",
        "Tout le reste peut attendre.",
      ],
      past: [
        "Il t’a fallu beaucoup de force pour traverser cela, et c’est bon que tu sois là. Es-tu en sécurité aujourd’hui ?",
        "Si cela redevient proche, aujourd’hui ou un autre jour, ces personnes sont là pour toi :",
        "Si ta vie est en danger, appelle aussitôt {emergency}.",
        "Quand tu voudras, nous continuerons, à ton rythme.",
      ],
    },
    call: "appelle le {number}",
    textTo: "envoie un SMS au {number}",
    textWord: "envoie {word} par SMS au {number}",
    or: "ou",
    everywhere: "lignes d’écoute de tous les pays",
    emergency: ["le {number}", "le numéro d’urgence de ton pays"],
  },
  de: {
    thanks: ["{name}, danke, dass du mir das sagst.", "Danke, dass du mir das sagst."],
    kinds: {
      suicide: [
        "Was du trägst, klingt so schwer, und du musst es nicht allein tragen. Du bist wichtig. Bist du gerade in Sicherheit?",
        "Bitte sprich heute mit jemandem, der für dich da sein kann:",
        "Wenn du dir etwas antun könntest, ruf jetzt {emergency} an oder geh in die nächste Notaufnahme. Bitte, wenn du kannst, einen vertrauten Menschen, bei dir zu bleiben, fern von allem, womit du dich verletzen könntest.",
        "Deine Life Vision kann warten. Du gehst vor.",
      ],
      self_harm: [
        "Wenn Gefühle so stark werden, kann es scheinen, als wären sie nur auszuhalten, wenn man sich verletzt. Dafür musst du dich nicht schämen, und du verdienst Fürsorge. Bist du gerade in Sicherheit?",
        "Diese Menschen hören zu, ohne zu urteilen:",
        "Wenn du schwer verletzt bist oder dein Leben in Gefahr ist, ruf jetzt {emergency} an.",
        "Deine Life Vision kann warten. Du gehst vor.",
      ],
      abuse: [
        "Niemand hat das Recht, dir weh zu tun oder dich zu bedrohen, und es ist nicht deine Schuld. Du hast Sicherheit verdient. Bist du gerade in Sicherheit?",
        "Diese Menschen hören vertraulich zu und wissen, was möglich ist:",
        "Wenn du in Gefahr bist, ruf {emergency} an, sobald du kannst. Wenn jemand dein Telefon ansehen könnte, ruf von einem anderen aus an und lösche dieses Gespräch.",
        "Deine Life Vision kann warten. Du gehst vor.",
      ],
      harm_to_others: [
        "Es braucht Mut, das auszusprechen. Solche Gedanken können überwältigen, und es gibt Hilfe, sie durchzustehen, ohne dass jemand verletzt wird. Sind gerade alle in Sicherheit?",
        "Bitte sprich jetzt mit jemandem, vor allem anderen:",
        "Wenn jemand verletzt werden könnte, geh aus der Situation heraus und ruf jetzt {emergency} an.",
        "Alles andere kann warten.",
      ],
      worry: [
        "Sich so um jemanden zu sorgen ist schwer, und du musst das nicht allein tragen. Bleib in der Nähe, hör zu und frag offen nach Suizidgedanken: Die Frage schadet nicht, oft erleichtert sie. Seid ihr gerade in Sicherheit?",
        "Diese Nummern sind für dich genauso da wie für diesen Menschen:",
        "Wenn das Leben dieses Menschen in Gefahr ist, ruf jetzt {emergency} an und bleib da, wenn du kannst.",
        "Alles andere kann warten.",
      ],
      past: [
        "Es hat viel Kraft gebraucht, da hindurchzukommen, und es ist gut, dass du da bist. Bist du heute in Sicherheit?",
        "Wenn es wieder näher rückt, heute oder irgendwann, sind diese Menschen für dich da:",
        "Wenn dein Leben in Gefahr ist, ruf gleich {emergency} an.",
        "Wann immer du magst, gehen wir weiter, in deinem Tempo.",
      ],
    },
    call: "Telefon {number}",
    textTo: "SMS an {number}",
    textWord: "SMS mit {word} an {number}",
    or: "oder",
    everywhere: "Hilfe in jedem Land",
    emergency: ["die {number}", "den örtlichen Notruf"],
  },
  pt: {
    thanks: ["{name}, que bom que você me contou.", "Que bom que você me contou."],
    kinds: {
      suicide: [
        "O que você carrega parece muito pesado, e você não precisa carregar isso sem companhia. Você importa. Você está em segurança agora?",
        "Por favor, fale hoje com alguém que possa estar ao seu lado:",
        "Se você pode vir a se machucar, ligue já para {emergency} ou vá ao pronto-socorro. Se puder, peça a uma pessoa de confiança que fique com você, longe de tudo o que possa ferir.",
        "A sua Life Vision pode esperar. Você vem primeiro.",
      ],
      self_harm: [
        "Quando a dor fica tão forte, machucar-se pode parecer o único jeito de aguentar. Não há vergonha nisso, e você merece cuidado. Você está em segurança agora?",
        "Estas pessoas escutam sem julgar:",
        "Se o ferimento é grave ou a sua vida corre perigo, ligue já para {emergency}.",
        "A sua Life Vision pode esperar. Você vem primeiro.",
      ],
      abuse: [
        "Ninguém tem o direito de machucar ou ameaçar você, e a culpa não é sua. Você merece viver em segurança. Você está em segurança agora?",
        "Estas pessoas escutam em sigilo e sabem o que pode ser feito:",
        "Se você corre perigo, ligue para {emergency} assim que puder. Se alguém pode olhar o seu telefone, ligue de outro e apague esta conversa.",
        "A sua Life Vision pode esperar. Você vem primeiro.",
      ],
      harm_to_others: [
        "É preciso coragem para dizer isso. Pensamentos assim podem transbordar, e existe ajuda para atravessá-los sem que ninguém se machuque. Todos estão em segurança agora?",
        "Por favor, fale com alguém agora, antes de qualquer outra coisa:",
        "Se alguém pode se machucar, afaste-se da situação e ligue já para {emergency}.",
        "Todo o resto pode esperar.",
      ],
      worry: [
        "É duro se preocupar tanto com alguém, e você não precisa carregar isso sem companhia. Fique por perto, escute e pergunte abertamente se essa pessoa pensa em tirar a própria vida: perguntar não faz mal e muitas vezes alivia. Vocês estão em segurança agora?",
        "Estas linhas existem para você e também para essa pessoa:",
        "Se a vida dela corre perigo, ligue já para {emergency} e, se puder, fique ao lado dela.",
        "Todo o resto pode esperar.",
      ],
      past: [
        "Foi preciso muita força para atravessar isso, e é bom que você esteja aqui. Você está em segurança hoje?",
        "Se isso voltar a parecer perto, hoje ou em qualquer dia, estas pessoas estão aí para você:",
        "Se a sua vida corre perigo, ligue logo para {emergency}.",
        "Quando você quiser, seguimos, no seu ritmo.",
      ],
    },
    call: "ligue para {number}",
    textTo: "mande um SMS para {number}",
    textWord: "mande {word} por SMS para {number}",
    or: "ou",
    everywhere: "linhas de apoio de todos os países",
    emergency: ["o {number}", "o número de emergência do seu país"],
  },
};
