import type { CarePatterns } from "../rules.ts";

const WANT =
  "quero|queria|quis|vou|vontade_de|penso_em|pensando_em|pensei_em|pensar_em|preciso|desejo|gostaria_de|prefiro|preferia|" +
  "decidi|pretendo|querendo|planejo|planejando|tentei|quase_consegui|tentando|devia|deveria|pensado_em|ideia_de|penso_sempre_em|posso";
const END =
  "me_matar|matar_me|me_suicidar|suicidar_me|suicidar|tirar_minha_vida|tirar_a_minha_vida|tirar_a_propria_vida|tirar_minha_propria_vida|" +
  "tirar_a_minha_propria_vida|acabar_com_minha_vida|acabar_com_a_minha_vida|acabar_com_a_vida|acabar_com_tudo|me_enforcar|enforcar_me|" +
  "por_fim_a_minha_vida|dar_fim_a_minha_vida|dar_um_fim_na_minha_vida|deixar_de_viver|deixar_de_existir|parar_de_viver|parar_de_existir|nao_existir|nao_existir_mais|" +
  "dar_um_tiro_em_mim|cortar_os_pulsos|cortar_meus_pulsos|me_jogar_da|me_jogar_de|me_jogar_na_frente|pular_da_ponte|pular_da_janela|pular_do_predio";
const PERSON =
  "amigo|amiga|irmao|irma|filho|filha|mae|pai|marido|esposa|esposo|mulher|namorado|namorada|primo|prima|colega|avo|" +
  "sobrinho|sobrinha|tio|tia|ex|alguem|ele|ela|parceiro|parceira|companheiro|companheira|vizinho|vizinha|enteado|neto|neta";
const MAN =
  "marido|esposo|esposa|mulher|namorado|namorada|parceiro|parceira|companheiro|pai|mae|irmao|tio|padrasto|ex|chefe|filho|ele|ela|avo|primo|vizinho|cunhado|noivo";
const LONG_AGO =
  "anos_atras|ha_anos|ha_muitos_anos|faz_anos|na_adolescencia|quando_adolescente|quando_eu_tinha|quando_tinha|quando_eu_era|quando_era|quando_jovem|" +
  "em_#|na_juventude|no_passado|aos_#|aos_dezenove|aos_dezoito|aos_dezassete|aos_dezesseis|aos_vinte|aos_quinze";

/** Messages in crisis, and what only sounds like one, in Portuguese. */
export const PORTUGUESE: CarePatterns = {
  aside: [
    "morro|morri|morrer|morrendo|morta|morto|morreu|morremos de rir|fome|vontade|saudade|saudades|sono|sede|frio|calor|medo|cansaço|vergonha|amor|curiosidade|inveja|rir_hoje|velhice|velho|velha|preguiça",
    "nao|nunca|jamais ..1 quero|queria|vou|penso_em|desejo ..1 morrer|me_matar|me_suicidar|me_machucar !mas",
    "nunca|jamais|nao me mataria|suicidaria|machucaria",
    "nao sou|estou|sou_mais suicida",
    "morreu|perdi|faleceu ..5 por|para_o suicidio",
    "prevençao|tese|pesquisa|livro|filme|linha|setembro_amarelo ..2 do|de|sobre|contra ..1 suicidio",
    "personagem|romance|filme|livro|serie|novela|protagonista ..10 se_mata|se_suicida|se_matar|se_suicidar",
    "esquadrao suicida",
    "!<que|ele|ela vai|vao|iria|ia ..1 me_matar",
    "me ..1 mata|matando|matam|matar de|se_eu|quando|aos_poucos_de",
    "matar|mato|mata|matei|matando ..2 saudade|saudades|aula|tempo|fome|sede|curiosidade|vontade|trabalho_e",
    "me_matar|me_mato de|trabalhando|estudando|na_academia|no_trabalho",
    "me corto|cortei|cortar fazendo|cozinhando|com_a_faca|na_cozinha|sem_querer|barbeando|cortando_cebola|o_dedo",
    "me ..1 bate|bateu|ganha|batendo ..1 no|na|uma|um|aquela|em xadrez|tenis|futebol|videogame|saudade|vontade|baralho|cartas|jogo|preguiça|fome|alegria|felicidade|emoçao|nostalgia",
    "machuquei|machucar|machuquei_me ..3 jogando|correndo|treinando|na_academia|no_joelho|no_futebol|no_treino",
    "!<nao|sem tenho|encontrei|achei|muitas|muitos|mil|nova|novo|uma razao|razoes|motivo|motivos|vontade para|de|pra viver",
    "nao ..1 consigo|posso|sei viver sem",
  ],
  past: [
    `${LONG_AGO} ..10 tentei|quis|queria|tentativa|pensei|pensava|ia ..3 matar|suicidar|suicidio|morrer|vida|propria_vida|me_cortava`,
    "ha|faz ..2 anos ..6 tentei|quis|queria|tentativa|pensei|pensava ..3 matar|suicidar|suicidio|morrer|vida|propria_vida",
    `tentei|quis|queria|tentativa|pensei ..2 me_matar|suicidar|suicidio|morrer|minha_vida|me_suicidar|propria_vida ..6 ${LONG_AGO}`,
    "tentei|quis|queria|tentativa|pensei ..2 me_matar|suicidar|suicidio|morrer|minha_vida|me_suicidar|propria_vida ..2 ha|faz ..2 anos",
    "sobrevivi|sobrevivente|superei ..4 tentativa|suicidio",
    `${LONG_AGO} ..6 me_cortava|me_mutilava|me_machucava`,
    `me_cortava|me_mutilava|me_machucava ..6 ${LONG_AGO}`,
  ],
  worry: [
    "medo|receio ..2 que ..4 se mate|suicide|corte|machuque !de_trabalhar",
    `${PERSON} ..7 se_matar|suicidar|se_suicidar|suicidar_se|matar_se|tirar_a_propria_vida|tirar_a_vida|acabar_com_a_propria_vida|se_cortando|se_cortar|se_mutilando|se_mutila|se_mutilar|se_machucando|se_machucar|se_enforcar !de|trabalhando|estudando|jogando`,
    `${PERSON} ..3 se_corta|se_machuca !fazendo|cozinhando|jogando`,
    `${PERSON} ..5 quer|queria|deseja|quis ..1 morrer !de|em|sem`,
    `${PERSON} ..4 nao quer|tem_vontade_de|aguenta ..2 viver|existir|continuar_vivendo !em|com|sem|aqui|na|no|mais_em|mais_com|mais_na|mais_no`,
    `${PERSON} ..5 pensamentos|ideias|tendencias suicidas|de_suicidio`,
    `${PERSON} ..4 fala|falando|falou|pensa|pensando|ameaça|ameaçou ..2 suicidio|se_matar|em_morrer|morrer`,
    `${PERSON} ..3 e|esta|ta ..1 suicida`,
    `${PERSON} ..3 tomou|engoliu ..5 comprimidos|remedios !para|pra`,
  ],
  suicide: [
    `${WANT} ..1 morrer|estar_mort*|morrer_logo !de|sem|velh*|feliz|em_paz|com|dormindo_aos|aos|sabendo|rodead*|em_casa|no_palco`,
    `${WANT} ..2 ${END} !de|trabalhando|estudando`,
    "eu|vou|e ..1 me mato|matar|suicido|enforco hoje|agora|amanha|essa_noite|logo|$",
    "me_suicidar|suicidar_me|tirar_minha_vida|tirar_a_minha_vida|tirar_minha_propria_vida|tirar_a_minha_propria_vida",
    "acabar|terminar com_minha_vida|com_a_minha_vida !de|profissional|no|na",
    "nao ..1 quero|consigo|aguento|desejo|suporto|queria ..2 viver|existir|continuar_viv*|estar_viv*|seguir_vivendo|ficar_viv* !em|com|sem|como|assim|aqui|na|no|de|longe|num|numa|so|a|pra|para|nesse|nessa|neste|nesta|desse|dessa|desta|deste|correndo|sozinh*|junto|perto|mais_em|mais_com|mais_na|mais_no|mais_assim|mais_sem|mais_de|mais_aqui|mais_para|mais_pra|mais_numa|mais_num|mais_longe|mais_so",
    "nao ..3 viver sem_ele|sem_ela $",
    "nao|sem|perdi|nenhum|nenhuma|falta|qual ..3 sentido|razao|razoes|motivo|motivos|vontade|força|forças ..3 viver|vivendo|existir|continuar_viv*|viv* !em|com|la|aqui|na|no",
    "vida ..2 nao ..1 vale ..1 pena|nada",
    "vida ..2 nao ..1 vale ..1 a_pena|mais",
    "minha|essa|esta|a vida nao_tem|perdeu_o|nao_faz|ja_nao_tem ..1 sentido $",
    "nao vale ..2 a_pena viver|continuar_vivendo|existir|continuar !em|na|no|com",
    "pra_que|para_que viver|continuar_vivendo|existir !em|com",
    "melhor|felizes|feliz|bem ..2 sem_mim $",
    "melhor|felizes|feliz ..3 se_eu ..2 morresse|morrer|nao_existisse|sumisse|desaparecesse|mort*|nao_estivesse",
    "ninguem ..2 sentiria|sentiriam|vai_sentir|sentira|choraria ..1 minha_falta|falta_de_mim|por_mim",
    "dormir|dormindo|deitar|adormecer ..3 nao|nunca|jamais ..2 acordar|acordasse|acordo !cedo|com|antes|tarde|para|pra",
    "queria|quero|espero|tomara|gostaria|desejo ..6 nunca_mais|nao|nunca|jamais ..1 acordar|acordasse|acorde|acordar_mais !cedo|com|antes|tarde|para|pra|cansad*|as|atrasad*|tao",
    "nao quero|queria mais acordar|levantar_nunca_mais $",
    "a_morte seria|e|parece ..2 alivio|unica|soluçao|saida|descanso",
    "nao|nunca deveria|devia ter_nascido",
    `${WANT} ..1 sumir|desaparecer ..1 para_sempre|pra_sempre|do_mundo|deste_mundo|desse_mundo|da_face|da_terra`,
    "pensamentos|pensamento|ideias|ideaçao|tendencias|impulsos suicidas|suicida|de_suicidio|de_morte|de_me_matar",
    "penso|pensando|pensei|pensar|considerando|planejando|considero|cogito ..3 suicidio|me_suicidar|me_matar|minha_morte|em_morrer",
    "me_sinto|sou|estou|to ..1 suicida",
    "suicidio e|seria|parece ..2 unica|melhor|saida|soluçao|opçao",
    "unica|melhor saida|soluçao|opçao|alternativa ..2 morrer|morte|suicidio|me_matar|a_morte",
    "cansad*|cansei|fart*|exaust* de viver|da_vida|de_estar_viv*|existir !correndo|na_correria|sempre|endividad*|em|na|no|com|para|pra|assim|de",
    "cansad*|fart*|exaust* da_vida|de_estar_viv*|de_existir !em|na|no|de|corrida|agitada",
    "queria|preferia|era_melhor|melhor|seria_melhor ..2 estar|estivesse|ser mort*",
    "nao_ter|nunca_ter|nao_tivesse|nunca_tivesse nascido",
    "tomara|queria|espero ..2 que ..1 eu_morra|eu_morresse|um_carro|deus_me_leve|me_leve",
    "carta|cartas|bilhete de_despedida|suicida !do_trabalho|para_a_empresa",
    "me_jogar|pular|saltar|me_atirar|jogar_me|atirar_me ..3 ponte|predio|trem|janela|comboio|varanda|metro|viaduto|linha !..8:bungee|paraquedas|corda",
    "cortar os|meus pulsos",
    "tomei|tomar|engoli|engolir ..3 todos|cartela|caixa|varios|monte|frasco|muitos ..3 comprimidos|remedios",
    "nao mereço viver|estar_viv*|existir",
    "nao sei se ..2 quero ..1 viver|continuar_viv*|existir !em|com|na|no",
    "vontade de|enorme|louca? de? morrer|me_matar|sumir_para_sempre",
    "^ suicidio|suicida|me_matar $",
    "como|forma|jeito|maneira ..3 morrer|me_matar sem|rapido|indolor|sem_dor",
  ],
  harm_to_others: [
    "vou|quero|vontade_de|queria|penso_em|pensando_em|preciso ..1 matar|esfaquear|assassinar|estrangular|dar_um_tiro_em|envenenar ele|ela|eles|elas|alguem|todos|todo_mundo|esse|aquele|essa|meu_chefe|meu_marido|minha_mulher|meu_pai|minha_mae|meu_ex|minha_ex|minha_esposa|meu_irmao|meu_vizinho|as_pessoas|um_colega|meu_padrasto",
    "vou|quero|vontade_de|queria mata_lo|mata_la|mata_los",
    "medo|receio ..3 machucar|ferir|matar|fazer_mal_ao|fazer_mal_aos|fazer_mal_a ..2 bebe|filho|filha|filhos|filhas|crianças",
    "pensamentos|vontade|impulsos|fantasias ..2 de_matar|de_machucar|de_esfaquear|de_ferir alguem|ele|ela|pessoas|meu|minha|os",
  ],
  abuse: [
    `${MAN} ..3 me|nos bate|agride|espanca|estupra|estuprou|bateu|agrediu|violentou|abusa|abusou|ameaça|ameaçou|maltrata|enforcou|enforca|espancou|estrangulou|violou|viola|chutou|batia|agredia|persegue|empurrou !com_mais|com_um|que|uma|um|aquela|no_ombro|palmas`,
    `${MAN} ..2 bate|bateu|batia|abusou|abusa|abusava em|de mim|nos_meus_filhos`,
    `${MAN} ..2 me|esta|tem|ta ..1 batendo|agredindo|espancando|ameaçando|abusando ..1 mim? !palmas`,
    "fui|sou|estou_sendo|ja_fui ..1 estuprada|estuprado|violentada|violentado|abusada|abusado|agredida|agredido|espancada|espancado|molestada|molestado|violada|violado|ameaçada_de|ameaçado_de",
    "me estuprou|estupraram|violentou|violentaram|abusaram|violaram",
    "abusou|abusa|abusava|abusaram|abusando ..1 de_mim !confiança|paciencia",
    "ameaçou|ameaça|ameaçando|ameaças|ameaçado|ameaçada|ameaçaram ..3 me_matar|de_morte|matar_me|me_bater|com_uma_faca|com_uma_arma",
    "disse|diz|falou|jurou|fala ..3 me_matar|me_mata|vai_matar_me !de_rir",
    "medo|pavor ..2 do_meu|da_minha|de_meu marido|namorado|pai|padrasto|ex|companheiro|esposo|esposa|parceiro !..2:morrer|ficar|sair|perder",
    "medo|pavor dele|dela $",
    "medo ..3 ele|ela ..1 me mate|bata|machuque|agrida",
    "medo de voltar|ir|ficar para_casa|pra_casa|em_casa_com_ele",
    "violencia domestica|contra_a_mulher_em_casa|conjugal !..1:lei",
    "nao_me_deixa sair|ver_minha|trabalhar|falar",
    "me tranca|trancou|prende|prendeu em_casa|no_quarto",
    "me força|obriga|forçou|obrigou a_ter|a_fazer|a_transar sexo?",
    "nao_me_sinto|nao_estou segura|seguro em_casa|com_ele|na_minha_casa",
  ],
  self_harm: [
    "me corto|cortei|cortando|cortar|cortava|queimo|arranho|mutilo|mutilar|mutilando|autolesiono $",
    "me corto|cortei|cortando|cortar|cortava|queimo|arranho|mutilo|mutilar|mutilando quando|de_novo|outra_vez|pra|para|e|os_braços|todo|toda|ontem|as_vezes|no_braço|nos_braços|nas_pernas|nas_coxas|com_gilete|com_lamina|com_cigarr*|escondid*|sempre_que|de_proposito",
    "me machuco|machuquei|machucar|corto|queimo de_proposito",
    "quero|vontade_de|preciso|querendo|pensando_em|penso_em|comecei_a|voltei_a|parar_de|impulso_de|desejo_de|vou me_machucar|me_ferir|me_cortar|me_punir|me_queimar",
    "me machuco|machucando|firo|machucava|ferindo !jogando|correndo|treinando|no_treino|na_academia",
    "automutilaçao|automutilo|autolesao|autolesoes|automutilar",
    "corto|cortei|cortando|queimo|queimei ..1 meus_braços|os_braços|meus_pulsos|minhas_coxas|minha_pele|o_braço|meu_braço !na|no_forno",
    "faço|fazer|fazendo mal_a_mim|mal_a_mim_mesma|mal_a_mim_mesmo",
  ],
};
