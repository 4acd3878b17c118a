import type { CarePatterns } from "../rules.ts";

const WANT =
  "veux|voudrais|voulais|vais|envie_de|envie_d|pense_a|pensais_a|songe_a|aimerais|prefere|prefererais|souhaite|" +
  "besoin_de|besoin_d|pret_a|prete_a|decide_de|compte|jveux|jvais|jvoudrais|j_veux|idee_de|penser_a|pense_souvent_a|dois|hate_de|" +
  "pense|desire|reve_de|reve_d|essaie_de|essaye_de";
const END =
  "me_tuer|me_suicider|me_pendre|me_foutre_en_l_air|me_foutre_en_lair|mettre_fin_a_mes_jours|mettre_fin_a_ma_vie|m'oter_la_vie|" +
  "me_buter|me_flinguer|m'ouvrir_les_veines|m'enlever_la_vie|me_donner_la_mort|me_noyer|me_defenestrer|me_supprimer|" +
  "me_jeter_sous|me_jeter_du|me_jeter_d|me_jeter_par|me_jeter_dans_le_vide|me_tirer_une_balle|me_tailler_les_veines";
const PERSON =
  "ami|amie|copain|copine|frere|soeur|fils|fille|mere|pere|maman|papa|mari|femme|cousin|cousine|collegue|enfant|" +
  "ado|grand_mere|grand_pere|conjoint|conjointe|compagnon|compagne|ex|voisin|voisine|proche|il|elle|neveu|niece|pote|quelqu_un";
const MAN =
  "mari|conjoint|conjointe|compagnon|compagne|copain|copine|femme|pere|mere|frere|oncle|beau_pere|ex|petit_ami|petite_amie|" +
  "partenaire|patron|il|elle|on|qui|cousin|fils|voisin|papa|maman|grand_pere|mec";
const LONG_AGO =
  "il_y_a_# ans|il_y_a_des_annees|il_y_a_longtemps|il_y_a_quelques_annees|il_y_a ..1 ans|a_#_ans|a_vingt_ans|a_seize_ans|a_quinze_ans|" +
  "a_dix_huit_ans|a_dix_sept_ans|quand_j_etais|quand_jetais|quand_j_avais|adolescent|adolescente|a_l_adolescence|ado|en_#|autrefois|plus_jeune|dans_ma_jeunesse";
const AGO = LONG_AGO.replace("il_y_a_# ans|", "").replace("il_y_a ..1 ans|", "");

/** Messages in crisis, and what only sounds like one, in French. */
export const FRENCH: CarePatterns = {
  aside: [
    "meurs|mourais|mourir|mourrai|morts|mort|morte|mortes|crever|creve d|de envie|rire|faim|soif|fatigue|sommeil|honte|froid|chaud|peur|curiosite|impatience|jalousie|trouille|vieillesse",
    "pas|jamais|ni ..1 mourir|me_tuer|me_suicider|me_faire_du_mal|mettre_fin_a_mes_jours !mais",
    "veux|voudrais|voulais|envie_de ..1 pas|jamais ..1 mourir|me_tuer|me_suicider|me_faire_du_mal",
    "pas suicidaire|suicidaires",
    "mort|morte|decede|decedee|perdu ..5 par suicide|suicide",
    "prevention|these|memoire|livre|film|recherche|ligne_d_ecoute ..2 du|de|sur ..1 suicide",
    "roman|film|serie|livre|personnage|heros|heroine|piece|histoire ..10 se_suicide|se_tue|se_tuer|se_suicider",
    "va|vont|vas ..1 me_tuer",
    "me tue|tuer|tuent a_la_tache|au_travail|a_l_ouvrage|a_petit_feu|de_travail|a_force",
    "me_tuer|tuer a_la_tache|au_travail|le_temps|l_ennui|mon_ennui",
    "en_finir ..1 avec ce|cette|ces|les|mon|le|la_cigarette|la_procrastination|mes|l",
    "me ..2 bat|battu|battre ..2 aux|au|a echecs|tennis|cartes|ping|scrabble|foot|jeux|chaque_partie",
    "coupe|couper|coupee les_cheveux|les_ongles|la_frange|les_ponts|le_doigt|un_doigt|en_cuisinant|en_cuisine|en_me_rasant|du_monde",
    "fait|fais|faire mal|du_mal en|au|a|aux|pour",
    "!<pas|plus trouve|trouvee|retrouve|retrouvee|plein|mille|une|belle raison|raisons|envie de_vivre",
    "peux|peut|pourrais pas|plus vivre sans",
  ],
  past: [
    `${AGO} ..10 tente|essaye|voulu|voulais|failli|tentative|pense ..3 suicide|me_suicider|me_tuer|mettre_fin_a_mes_jours|mourir|en_finir|m'oter_la_vie|suicider`,
    "il_y_a ..2 ans|annees ..8 tente|essaye|voulu|voulais|failli|tentative|pense ..3 suicide|me_suicider|me_tuer|mettre_fin_a_mes_jours|mourir|en_finir|suicider",
    `tente|essaye|voulu|voulais|failli|tentative|tentatives ..3 suicide|me_suicider|me_tuer|mettre_fin_a_mes_jours|mourir|en_finir ..6 ${AGO}`,
    "tente|essaye|voulu|voulais|failli|tentative|tentatives ..3 suicide|me_suicider|me_tuer|mettre_fin_a_mes_jours|mourir|en_finir ..3 il_y_a ..2 ans|annees",
    "survecu|survivante|survivant|rescapee ..3 tentative|suicide",
    `${AGO} ..6 me_scarifiais|me_coupais|me_faisais_du_mal|suicidaire`,
  ],
  worry: [
    `${PERSON} ..3 se suicide|pende|mutile|tue !au_travail|a_la_tache|a_l`,
    `${PERSON} ..7 se_suicider|se_tuer|se_pendre|mettre_fin_a_ses_jours|mettre_fin_a_sa_vie|se_foutre_en_l_air|se_donner_la_mort|se_fait_du_mal|se_faire_du_mal|se_scarifie|se_scarifier|se_mutile|se_mutiler|s'automutile|se_coupe_les_bras|se_coupe_les_veines !au_travail|a_la_tache`,
    `${PERSON} ..5 veut|voulait|voudrait|envie_de|prefere mourir|en_finir !de|sans|avec|vieux|chez`,
    `${PERSON} ..3 ne? veut|peut|a|supporte plus|pas envie_de? ..1 vivre|exister|la_force_de_vivre !a|en|avec|ici|sans|chez|comme|dans|seul*`,
    `${PERSON} ..5 idees|pensees|envies suicidaires|noires_et|de_suicide`,
    `${PERSON} ..4 parle|parlait|menace|pense|evoque|a_parle ..2 suicide|suicider|se_tuer|mourir`,
    `${PERSON} ..3 est|semble|devient suicidaire`,
    `${PERSON} ..3 avale|pris ..4 medicaments|comprimes|cachets|somniferes !pour|contre`,
  ],
  suicide: [
    `${WANT} ..1 mourir|crever|etre_mort|etre_morte|disparaitre_pour_toujours|disparaitre_a_jamais|disparaitre_de_ce_monde|m'endormir_pour_toujours|ne_plus_exister|ne_plus_etre_la|ne_plus_vivre|ne_plus_me_reveiller|arreter_de_vivre|cesser_de_vivre|cesser_d_exister|partir_pour_toujours !de|vieux|vieille|heureu*|sans|tranquil*|en_paix|avec|chez|sur_scene|en_sachant|entoure*|a|un`,
    `${WANT} ..2 ${END} !a_la_tache|au_travail|en_salle|a_force|dans_le_travail|dans_la_foule`,
    "je vais|peux ..1 me_tuer|me_suicider|me_pendre|me_foutre_en_l_air",
    "me_suicider|mettre_fin_a_mes_jours|mettre_fin_a_ma_vie|me_pendre|m'ouvrir_les_veines|me_donner_la_mort",
    "je me suicide|pends|bute|flingue|tue !au|a|pour|en",
    `${WANT} ..1 en_finir $`,
    `${WANT} ..1 en_finir avec_la_vie|avec_ma_vie|avec_tout|avec_tout_ca|une_bonne|une_fois|ce_soir|maintenant|pour_de_bon|pour_toujours|definitivement !de|en|a`,
    "en_finir avec_la_vie|avec_ma_vie",
    "veux|veut|peux|ai|supporte|arrive|jveux|jai|jpeux|nai|arrive_a plus|pas ..2 vivre|exister|etre_la|etre_en_vie|continuer_a_vivre|me_reveiller|continuer_de_vivre !a|en|avec|comme|dans|ici|sans|chez|seul*|loin|au|cette|ainsi|de|pour|dehors|sous|ensemble|tot|pres|si|le_matin|aux|fatigue*|chaque|ou",
    "vivre sans_lui|sans_elle $",
    "plus|pas|sans|aucune|aucun|perdu|quelle ..2 envie|force|raison|raisons|gout|sens ..2 vivre|vie|exister|etre_en_vie|continuer_a_vivre !a|en|avec|ici|sans|de|pro|privee|dans",
    "vie ..2 plus|aucun|pas ..2 sens $",
    "a_quoi|quoi bon|sert ..2 vivre|exister|etre_en_vie !a|en|dans|ici|avec",
    "idees|pensees|pulsions|envies|pensee suicidaires|suicidaire|de_suicide|de_mort",
    "suis|sens|etre ..2 suicidaire",
    "pense|penser|songe|pensais|pensant|envisage|reflechis|prepare|planifie ..4 au_suicide|a_me_suicider|le_suicide|mon_suicide|de_me_suicider|a_ma_mort|ma_mort|au_suicide_tous",
    "suicide est|serait|semble ..2 seule|meilleure|solution|issue|option",
    "seule|meilleure|unique solution|issue|option|facon ..3 mourir|mort|suicide|me_tuer|en_finir",
    "mieux|heureux|heureuse|tranquilles|bien ..3 sans_moi $",
    "mieux|heureux|heureuse|plus_facile ..4 si_je ..3 mort*|plus_la|mourais|disparaissais|n_existais_pas|n_existais_plus|partais_pour_toujours",
    "manquerais|manquerai|manque ..1 a_personne",
    "personne ne? ..1 me_regrettera|me_regretterait|me_pleurerait|remarquerait_ma|verrait_si_je",
    "endormir|dormir|m'endormir|coucher ..4 jamais|plus|pas ..3 reveiller !avant|tot|a|en|avec|au",
    "aimerais|voudrais|espere|souhaite|prie ..5 plus|jamais|pas ..2 me_reveiller|reveiller|me_reveille !avant|tot|a|en|avec|au|fatigue*|le_matin",
    "vaut ..3 peine ..2 vecue|de_vivre|vivre|d_etre_vecue",
    "voudrais|prefererais|aimerais|souhaite|prefere|si|serais_mieux ..2 etre|etais|etait|que_je_sois|que_je_meure mort|morte",
    "serais|serait mieux mort|morte",
    "la_mort serait|est|semble|parait ..2 soulagement|delivrance|seule|solution|issue",
    "jamais|pas ..1 ne|nee|naitre|du_naitre !..1:de",
    "lettre|lettres|mot d'adieu !a_mon_travail",
    "avale|avaler|pris|prendre|avalais ..4 tous|toute|boite|tube|plein ..4 cachets|medicaments|comprimes|pilules|somniferes",
    "fatigue|fatiguee|marre|lasse|epuisee|epuise de ..1 vivre|la_vie|exister|etre_en_vie !a|en|avec|ici|de|dans|comme|sans|parisienne|au|seul*",
    "sauter|jeter|me_jeter|saute|sauterais ..1 du|d|de|par|sous|devant ..2 pont|balcon|toit|fenetre|train|metro|immeuble|falaise !..8:elastique|parachute",
    "merite pas|plus de_vivre|d_exister",
    "sais pas|plus si ..1 veux ..1 vivre|continuer_a_vivre|exister !a|en|avec",
    "^ suicide|suicidaire $",
    "comment|moyen|facon ..3 mourir|me_tuer|se_suicider|me_suicider sans_souffrir|sans_douleur|vite|rapidement",
  ],
  harm_to_others: [
    "vais|veux|voudrais|envie_de|compte|jvais|jveux ..1 le_tuer|la_tuer|les_tuer|le_poignarder|la_poignarder|le_buter|la_buter|les_buter|l_etrangler|l_assassiner|le_planter !de_rire|temps",
    "vais|veux|voudrais|envie_de|compte|jvais|jveux ..1 tuer|poignarder|buter|etrangler|assassiner mon|ma|mes|quelqu_un|tout_le_monde|cet_homme|cette_femme|des_gens|ce_type !ennui|temps",
    "peur de faire_du_mal|tuer|blesser a_mon_bebe|a_mes_enfants|a_mon_enfant|a_mon_fils|a_ma_fille|mon_bebe|mes_enfants|mon_enfant|quelqu_un",
    "pensees|pulsions|envies ..2 de_tuer|de_meurtre|meurtrieres|de_le_tuer|de_la_tuer|de_poignarder",
  ],
  abuse: [
    `${MAN} ..2 me|m'a|m bat|frappe|frappee|cogne|gifle|giflee|viole|violee|violente|maltraite|etrangle|etranglee|battue|battu|menace|menacee|tabasse|tabassee|roue_de_coups|agressee|agresse|harcele|sequestre|enferme|abuse|abusee|brutalise !froid|par_sa|par_son|par_cette|par_le|par_leur|en_plein_coeur|dans_le_dos_en`,
    `${MAN} ..1 m a deja? encore? battue|battu|frappe|frappee|gifle|giflee|viole|violee|etrangle|etranglee|menace|menacee|tabassee|agressee|agresse|abusee !aux|au|par_sa|par_la_beaute`,
    `${MAN} ..1 me tape dessus|quand|depuis|encore|souvent|parfois|et|$`,
    "m a touchee|touche|tripotee|tripote|touchait ..3 petite|petit|enfant|jeune|ado",
    "j'ai ete|etais ..2 violee|viole|agressee|abusee|abuse|battue|battu|frappee|frappe|violentee|maltraitee|maltraite|tabassee",
    "me_suis_fait|me_suis_faite ..1 violer|agresser|frapper|tabasser",
    "abuse|abusait|abuser de_moi !gentillesse|patience",
    "menace|menaces|menacee|menacait|jure|dit ..4 de_me_tuer|de_mort|me_tuer_si|de_me_frapper|qu_il_me_tuerait|qu_il_va_me_tuer|me_tuerait",
    "il|elle ..1 veut me_tuer|me_frapper|me_faire_du_mal !au|aux|de_rire",
    "peur ..3 de_lui|d_elle|qu_il_me|qu_elle_me|de_mon_mari|de_mon_conjoint|de_mon_compagnon|de_mon_pere|de_mon_ex|de_mon_copain|de_rentrer_chez_moi|de_rentrer_a_la_maison !quitte|decoive|parler|dire|juge",
    "violences|violence conjugales|conjugale|domestique|domestiques|familiales !..1:loi",
    "m'enferme|m'interdit_de_sortir|m'empeche_de_sortir|m'oblige_a_coucher|m'a_forcee|me_force_a_coucher|ne_me_laisse_pas_sortir|me_laisse_pas_sortir",
    "ne|pas|plus ..3 en_securite chez_moi|a_la_maison|avec_lui|avec_mon_mari",
  ],
  self_harm: [
    "scarifie|scarifier|scarifiee|scarification|scarifications|scarifiais|automutilation|automutile|automutiler|m'automutile",
    "me|m'suis coupe|couper|coupais|coupee|taillade|brule|bruler|lacere|mutile|mutiler $",
    "me|m'suis coupe|couper|coupais|coupee|taillade|taillader|brule|bruler|lacere|lacerer|entaille ..1 les_bras|les_veines|le_bras|les_poignets|les_cuisses|la_peau|volontairement|expres|encore|a_nouveau|quand|pour_ne|pour_sentir|avec_une_lame|les_avant_bras",
    "me faire|fais|faisais|fait ..1 du_mal|souffrir_volontairement !en|au|a|aux",
    "me brule|brulee|bruler|brulais avec|a_la ..2 cigarette|cigarettes|briquet",
    "me mutile|mutiler|mutilais|punir|frapper_la_tete|griffe_jusqu_au_sang",
  ],
};
