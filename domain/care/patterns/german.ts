import type { CarePatterns } from "../rules.ts";

const WANT =
  "will|möchte|mag|würde|wollte|werde|wünschte|wünsche|muss|könnte|will_einfach_nur|lust|liebsten|überlege|plane|" +
  "denke|denk|daran|darüber|gedanken|gedanke|vor|versuche|versuch|möcht|würd|wäre|entschieden|beschlossen|drang|bereit";
const END =
  "mich_umbringen|mich_umzubringen|mich_erhängen|mich_zu_erhängen|mich_aufhängen|mich_erschießen|mich_zu_erschießen|mich_töten|mich_zu_töten|" +
  "mich_selbst_umzubringen|mich_selbst_umbringen|mich_selbst_töten|mich_selbst_zu_töten|mich_vergiften|mich_ertränken|mir_das_leben_nehmen|" +
  "mir_das_leben_zu_nehmen|mir_mein_leben_nehmen|mein_leben_beenden|mein_leben_zu_beenden|meinem_leben_ein_ende|dem_leben_ein_ende|allem_ein_ende|dem_ganzen_ein_ende|" +
  "mir_die_pulsadern|mir_die_kugel|mir_was_antun|mir_etwas_antun|mir_etwas_anzutun|mir_was_anzutun|schluss_machen_mit_dem_leben|schluss_mit_allem|vor_den_zug|vor_einen_zug|vor_die_bahn|vor_die_u_bahn";
const PERSON =
  "freund|freundin|bruder|schwester|sohn|tochter|mutter|vater|mama|papa|mann|frau|partner|partnerin|kollege|kollegin|" +
  "oma|opa|cousin|cousine|kumpel|ex|er|sie|jemand|kind|enkel|enkelin|mitbewohner|mitbewohnerin|nachbar|nachbarin|onkel|tante|neffe|nichte|schüler";
const MAN =
  "mann|ehemann|freund|freundin|frau|ehefrau|vater|papa|mutter|mama|partner|partnerin|ex|bruder|onkel|stiefvater|chef|er|sie|opa|nachbar|sohn|cousin|typ";
const HIT =
  "schlägt|verprügelt|würgt|tritt|missbraucht|misshandelt|bedroht|vergewaltigt|schlug|würgte|verprügelte|missbrauchte|vergewaltigte|ohrfeigt|schubst|stalkt|quält";
const WAS_HIT =
  "geschlagen|verprügelt|gewürgt|vergewaltigt|missbraucht|bedroht|getreten|misshandelt|geohrfeigt|angegriffen_mit|eingesperrt|gestalkt";
const GAMES =
  "beim|im_schach|im_tennis|bei|im_kickern|um_längen|immer_beim|in_jedem|jedes_mal_beim|wieder_beim|beim_schach|immer_im";
const LONG_AGO =
  "vor_jahren|vor_vielen_jahren|vor_langer_zeit|vor_# jahren|früher|damals|als_teenager|als_jugendlicher|als_jugendliche|als_kind|in_meiner_jugend|mit_#|" +
  "als_ich_jung_war|als_ich_#|#|mit_neunzehn|mit_achtzehn|mit_siebzehn|mit_sechzehn|mit_zwanzig|in_der_schulzeit";
const AGO = LONG_AGO.replace("vor_# jahren|", "").replace("|#|", "|");
const NOW = "!..12:wieder|heute_abend|immer_noch|zurück|heute_nacht";

/** Messages in crisis, and what only sounds like one, in German. */
export const GERMAN: CarePatterns = {
  aside: [
    "sterbe|sterben|stirbt|starb|gestorben vor|für|fast",
    "vor|für ..2 sterbe|sterben|gestorben",
    "hat|haben mich|uns ..3 beim|im|bei ..3 geschlagen|besiegt",
    "opa|oma|großvater|großmutter|uroma ..5 sterben",
    "früh|müde|um|allein|alleine|neben|verkatert|gerädert ..2 aufwachen|aufwache",
    "zu_hause|zuhause|daheim|in_frieden ..1 sterben|gestorben",
    "will|möchte|werde|wollte|würde ..2 nicht|nie|niemals|nie_mehr ..1 sterben|umbringen|mich_umbringen|mich_töten|mich_verletzen|mir_das_leben_nehmen|mir_etwas_antun",
    "nicht|nie suizidal|selbstmordgefährdet|lebensmüde",
    "alt|lächeln|glücklich|enkeln|frieden|hundert|neunzig ..5 sterben",
    "bringt|bringen ..1 mich ..3 um|noch_um !angst",
    "nahm|genommen|gestorben|verloren ..3 durch|an suizid|selbstmord",
    "prävention|suizidprävention|hotline|buch|film|studie|arbeit|roman ..2 über|zu|zum|gegen suizid|selbstmord",
    "roman|film|serie|buch|figur|held|heldin|hauptfigur ..10 sich ..2 umbringt|umbringen|das_leben_nimmt|tötet",
    "schlägt|schlug|geschlagen|besiegt ..4 beim|im|bei ..1 schach|tennis|kartenspiel|kartenspielen|kicker|kickern|skat|tischtennis|spielen|rennen",
    "mich|uns ..3 beim|im schach|tennis|kicker|skat|tischtennis ..2 schlägt|geschlagen",
    "schlage|schlägt|schlagen mich|sich|uns mit|durch|herum|gut|wacker|vor",
    "geschnitten|schneide|geritzt ..3 beim_kochen|beim_schneiden|beim_rasieren|in_der_küche|in_den_finger|beim_basteln",
    "in_den|am finger ..1 geschnitten|geritzt",
    "verletzt ..2 beim|im sport|training|laufen|fußball|skifahren|klettern",
    "beim|im sport|training|laufen|fußball|skifahren|klettern ..2 verletzt",
    "grund|gründe|lust|sinn ..1 zu_leben|zum_leben gefunden|genug|viele",
    "viele|genug|wieder|jeden|neuen|neue gründe|grund|lust|sinn|freude zu_leben|zum_leben|am_leben",
    "karrieretechnischer|beruflicher|politischer selbstmord",
  ],
  past: [
    `${AGO} ..10 versucht|versuchte|wollte|suizidversuch|selbstmordversuch|gedacht|suizidgedanken|selbstmordgedanken|geritzt|suizidal ..5 umbringen|umzubringen|das_leben_nehmen|das_leben_zu_nehmen|nehmen|sterben|suizid|töten|zu_töten|nicht_mehr_leben ${NOW}`,
    `${AGO} ..10 suizidversuch|selbstmordversuch|suizidgedanken|selbstmordgedanken|geritzt|suizidal|selbstverletzt ${NOW}`,
    "vor ..3 jahren ..8 umbringen|umzubringen|das_leben_nehmen|das_leben_zu_nehmen|suizidversuch|selbstmordversuch|suizidgedanken|selbstmordgedanken|geritzt|suizidal|sterben",
    "suizidversuch|selbstmordversuch|suizidversuche ..3 überlebt|hinter_mir|gehabt|damals",
    `wollte|versucht|versuchte ..3 umbringen|umzubringen|das_leben_nehmen|das_leben_zu_nehmen ..6 ${AGO}`,
    "habe|hab|überlebte|überlebt ..2 suizidversuch|selbstmordversuch überlebt",
    "umbringen|umzubringen|sterben ..3 als_ich ..3 war",
    "als_ich ..4 war|alt ..6 umbringen|umzubringen|das_leben_nehmen|suizidversuch|selbstmordversuch|sterben",
  ],
  worry: [
    "angst|sorge|sorgen|fürchte|befürchte ..4 sich ..4 umbringt|etwas_antut|was_antut|das_leben_nimmt|umbringen",
    `${PERSON} ..8 sich ..2 umbringen|umzubringen|umbringt|das_leben_nehmen|das_leben_zu_nehmen|das_leben_nimmt|etwas_antun|etwas_anzutun|etwas_antut|was_antut|was_antun|töten|ritzt|ritzen|erhängen|erschießen|selbst_verletzt|selbst_verletzen`,
    `${PERSON} ..2 ritzt|verletzt|schneidet sich !beim|im|in_den_finger|die_haare`,
    `${PERSON} ..4 will|möchte|wollte ..1 sterben|nicht_mehr_leben|nicht_mehr_da_sein|tot_sein !wie`,
    `${PERSON} ..5 redet|spricht|sprach|redete|denkt|droht|drohte|gedroht ..2 von|über|an|mit ..1 selbstmord|suizid|sterben|umbringen`,
    `${PERSON} ..4 ist|wirkt|scheint|sei ..1 suizidal|suizidgefährdet|selbstmordgefährdet|lebensmüde`,
    `${PERSON} ..4 suizidgedanken|selbstmordgedanken|suizidversuch|selbstmordversuch`,
    `${PERSON} ..3 hat ..4 tabletten|schlaftabletten ..1 geschluckt|genommen !gegen`,
    "sagt|sagte|meint ..2 er|sie ..1 will|möchte|wolle|möge ..1 nicht_mehr_leben|sterben|tot_sein",
    "sie|er|dass ..3 nicht_mehr leben will|möchte|mag",
  ],
  suicide: [
    `${WANT} ..4 sterben|tot_sein|krepieren !wie|lassen_wir|mit|ohne|wenn_ich_alt`,
    "sterben will|möchte|wollte|würde ich? !..2:alt",
    `${WANT}|ich|nur|nur_noch|einfach ..4 ${END} !lassen`,
    "ich|ich_will|ich_werde|ich_möchte|will_ich|werde_ich|ich_könnte mich ..2 umbringen|erhängen|erschießen|töten|ertränken !lassen|lachen",
    "nie|nicht geboren worden|werden|wäre",
    "der_tod|tod wäre|ist|scheint ..2 erlösung|erleichterung|lösung|ausweg",
    "umbringen|umzubringen|töten|erhängen|aufhängen will|möchte|werde|würde|kann ich !sie|ihn",
    "ich ..2 bringe|bring|erhäng|erhänge|erschieße|erschieß|töte|häng mich um|auf|$",
    "bringe|bring|töte|erschieße|erhänge mich ..2 um|selbst|heute",
    "nehme|nehm mir das_leben",
    "will|möchte|mag|kann|möcht|würde|wollte|werd|werde|ich|einfach ..3 nicht_mehr|nimmer|nicht_länger leben|weiterleben|existieren|da_sein|dasein|aufwachen|hier_sein|am_leben_sein|auf_dieser_welt_sein|auf_der_welt_sein !wie|in|mit|als|um|mit_ansehen|so|und_arbeiten|ohne",
    "ohne_ihn|ohne_sie ..3 nicht_mehr|nicht leben|weiterleben",
    "einschlafen|schlafen|will|möchte|würde|liebsten|hoffe|wünschte|morgen|einfach|dass_ich ..6 nicht_mehr|nie|nie_mehr|nie_wieder|niemals|gar_nicht|nicht ..2 aufwachen|aufwache|wach_werden|wachwerden|aufzuwachen !um|früh|bevor|mit|müde|vor",
    "für_immer|ewig|auf_ewig ..1 einschlafen|schlafen|verschwinden|weg_sein",
    "denke|denk|dachte|gedanken|gedanke|gedacht|nachgedacht|überlege|plane|nachdenken|denken ..4 selbstmord|suizid|freitod|tod_nach|meinen_tod|an_meinen_tod|umbringen|umzubringen",
    "selbstmord|suizid|freitod begehen|zu_begehen|machen|begehe|begangen_habe|ist|wäre|als ..2 begehen|einzige|beste|lösung|ausweg|option|$",
    "suizid|selbstmord begehen|begehe|zu_begehen",
    "selbstmordgedanken|suizidgedanken|suizidgedanke|selbstmordgedanke|todessehnsucht|suizidpläne|selbstmordpläne|sterbegedanken",
    "bin|fühle|werde|ich|war_noch_nie_so ..3 suizidal|selbstmordgefährdet|suizidgefährdet|lebensmüde",
    "wünschte|wünsche|wär|wäre|gern|gerne|lieber|besser|bin ..3 tot !müde",
    "wünschte|wünsche|wär|wäre ..4 nie|nicht ..1 geboren|auf_der_welt|am_leben",
    "kein|keinen|keine|ohne|keinerlei|null|verloren|welchen ..3 sinn|grund|lust|kraft|bock|freude|willen ..2 leben|weiterzuleben|zum_leben|am_leben|zu_leben|leben_zu_wollen !in|mit|auf_dem|hier",
    "leben ..3 keinen|kein|nicht_mehr|nicht|sinnlos ..1 sinn|lebenswert|zweck !in|dort",
    "wozu|warum|wofür ..3 noch ..2 leben|weiterleben|am_leben !hier|in|mit",
    "^ ich will|mag|möchte einfach? nicht_mehr $",
    "kein|keinen|keine|ohne|jeden ..1 lebenswillen|lebensmut|lebenslust|überlebenswillen",
    "ohne_mich ..2 wäre|wären|sind|ist|ginge|geht|hätten ..5 besser|glücklicher|leichter|schöner|besser_dran",
    "wäre|wären|sind|hätten|würde ..5 besser|glücklicher|leichter|besser_dran ohne_mich",
    "besser|glücklicher ..3 wenn_ich ..2 tot|weg|nicht_mehr_da|gestorben|nie_da|nicht_da",
    "niemand|keiner würde|wird mich ..1 vermissen",
    "niemand|keiner ..2 merken|vermissen ..3 wenn_ich ..2 tot|weg|sterbe|sterben|verschwinde|nicht_mehr",
    "abschiedsbrief|abschiedsbriefe !an_die_firma|an_mein_team|an_meine_kollegen",
    "brücke|zug|dach|hochhaus|balkon|fenster|s_bahn|bahn|gleise ..3 springe|springen|stürzen|werfen|werfe|zu_springen|stürze|legen",
    "springe|springen|stürze|werfe ..1 von|vom|vor|aus ..2 brücke|zug|dach|hochhaus|balkon|fenster !..6:bungee|fallschirm|seil",
    "alle|ganze|packung|schachtel|handvoll|viele|überdosis ..4 tabletten|schlaftabletten|pillen ..3 nehmen|genommen|geschluckt|schlucken|hier|vor_mir",
    "überdosis nehmen|genommen|schlaftabletten|tabletten",
    "pulsadern ..3 aufschneiden|aufgeschnitten|aufzuschneiden|öffnen",
    "habe|hab|bin ..2 satt|müde|leid zu_leben|das_leben|mein_leben !in|als",
    "leben|dasein ..1 nicht_mehr|nimmer ..1 aushalten|aushalte|ertragen|ertrage|aus !mit|in",
    "halte|ertrage|halt ..1 das_leben|dieses_leben|mein_leben ..2 nicht_mehr|nimmer",
    "nicht verdient zu_leben|am_leben_zu_sein",
    "weiß nicht ob ..2 leben|weiterleben ..1 will|möchte",
    "^ selbstmord|suizid|suizidal $",
    "wie|methode|art ..4 schmerzlos|schnell|am_schnellsten|ohne_schmerzen sterben|umbringen|umzubringen|zu_sterben",
    "mich gibt|gäbe ..3 nicht_mehr|nicht !bei",
  ],
  harm_to_others: [
    "ich|will|werde|möchte|muss ..3 ihn|sie|die|jemanden|alle|meinen_mann|meine_frau|meinen_chef|meine_mutter|meinen_vater|meinen_ex|meine_ex|meine_kinder|den_kerl ..1 umbringen|töten|erschießen|abstechen|erstechen|umlegen|erwürgen|abknallen|umzubringen|kaltmachen",
    "bringe|bring ihn|sie|alle|euch|den ..1 um",
    "angst ..5 kind|baby|kindern|sohn|tochter|kinder ..3 antue|antun|weh_tue|wehtue|verletze|anzutun|weh_zu_tun|töte",
    "gedanken|fantasien|drang ..4 jemanden|andere|ihn|sie|leute|menschen ..1 umzubringen|zu_töten|zu_verletzen|umbringen|töten",
  ],
  abuse: [
    `${MAN} ..3 ${HIT} ..1 mich|uns|mein_kind|meine_kinder !..1:${GAMES}`,
    `mich|uns ..3 ${MAN} ..3 ${HIT}`,
    `hat|haben|hatte ..2 mich|uns ..4 ${WAS_HIT} !beim`,
    `wurde|bin|werde|worden|wurden ..5 ${WAS_HIT} !von_der_schönheit`,
    "vergewaltigt|missbraucht|misshandelt worden|mich",
    "droht|drohte|gedroht|drohen|drohung ..5 umzubringen|umbringen|töten|zu_töten|tot|totzuschlagen|zu_schlagen|umbringt",
    "angst ..2 vor_meinem|vor_meiner ..1 mann|freund|vater|ex|partner|bruder|stiefvater|mutter|frau|ex_mann|ehemann|partnerin|freundin",
    "angst ..2 vor_ihm $",
    "hat|haben mich ..3 angefasst|begrapscht|befummelt",
    "angst ..4 er|sie ..1 mich ..2 umbringt|schlägt|tötet|verprügelt|würgt|verletzt",
    "zwingt|gezwungen|zwang ..3 sex|geschlechtsverkehr|anzufassen|mit_ihm_zu_schlafen",
    "sperrt|sperrte mich ..2 ein",
    "hat mich eingesperrt",
    "häusliche|häuslicher gewalt !..3:verein|vortrag",
    "lässt mich nicht ..2 raus|aus_dem_haus|telefonieren|zu_meiner_familie|weg",
    "nicht sicher zu_hause|zuhause|daheim|bei_ihm|mit_ihm",
    "trau|traue mich nicht nach_hause|heim",
    "wird|ist|gegen_mich ..3 gewalttätig|handgreiflich !film",
  ],
  self_harm: [
    "ich|mich|mir|wieder ..4 ritze|ritz|ritzen|geritzt|zu_ritzen !in_die_rinde|tickets",
    "ritze|ritz|ritzen mich|mir|wieder",
    "verletze|verletz|verletzen|verletzt|verletze_ich mich ..1 selbst|selber|absichtlich|mit_absicht",
    "mich ..1 selbst|selber|absichtlich ..1 verletzen|zu_verletzen|verletzt|verletze|bestrafen|zu_bestrafen|schlage",
    "selbstverletzung|selbstverletzungen|selbstverletzend|selbstverletzendes|svv",
    "schneide|schneid|schneiden|geschnitten|aufgeschnitten|aufschneiden ..4 arme|arm|unterarme|unterarm|handgelenke|haut|oberschenkel",
    "arme|arm|unterarme|unterarm|handgelenke|haut|oberschenkel|selbst|mich ..3 aufgeschnitten|aufschneiden|zu_schneiden|verbrannt_mit|verbrenne_mit",
    "schneide|schneid mich !beim|in_den",
    "mir ..2 weh_tun|weh_zu_tun|wehtun|wehzutun|selbst_wehtue|selber_wehtun|selbst_weh !beim|die",
    "tue|tu mir ..1 weh|selbst_weh|selber_weh",
    "zigarette|zigaretten ..3 arm|armen|haut|körper",
    "drang|druck ..4 ritzen|schneiden|verletzen|selbst_zu_verletzen",
  ],
};
