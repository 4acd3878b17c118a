import type { CarePatterns } from "../rules.ts";

const WANT =
  "quiero|quisiera|queria|deseo|deseaba|necesito|voy_a|ganas_de|pienso|pienso_en|pensando_en|pensado_en|pensar_en|" +
  "pense_en|estoy_por|prefiero|preferiria|me_gustaria|ojala_pudiera|planeo|planeando|decidido|he_decidido|intento|intente|intentado|trate_de|quise|" +
  "intentando|mejor|deberia|idea_de|solo_pienso_en";
const END =
  "suicidarme|matarme|quitarme_la_vida|ahorcarme|colgarme|acabar_con_mi_vida|terminar_con_mi_vida|poner_fin_a_mi_vida|" +
  "acabar_con_mi_existencia|acabar_con_todo|terminar_con_todo|dejar_de_vivir|dejar_de_existir|no_existir|no_estar_viv*|" +
  "dejar_este_mundo|irme_de_este_mundo|tirarme_de_un|cortarme_las_venas|pegarme_un_tiro|darme_un_tiro|desvivirme|desvivir";
const PERSON =
  "amigo|amiga|hermano|hermana|hijo|hija|madre|padre|mama|papa|esposo|esposa|marido|mujer|novio|novia|primo|prima|" +
  "pareja|companero|companera|abuelo|abuela|sobrino|sobrina|ex|tio|tia|vecino|vecina|alguien|el|ella|hijastro|jefe";
const MAN =
  "marido|esposo|esposa|mujer|pareja|novio|novia|padre|papa|madre|mama|hermano|tio|padrastro|ex|jefe|hijo|el|ella|suegro|abuelo|primo|vecino|companero";
const LONG_AGO =
  "hace_anos|hace_muchos_anos|hace_# anos|hace_dos|hace_tres|hace_cinco|hace_diez|hace_veinte|de_adolescente|de_joven|de_nina|de_nino|" +
  "cuando_tenia|cuando_era|a_los_#|en_#|en_mi_juventud|en_mi_adolescencia|en_el_pasado";
const AGO = LONG_AGO.replace("hace_# anos|", "");

/** Messages in crisis, and what only sounds like one, in Spanish. */
export const SPANISH: CarePatterns = {
  aside: [
    "me|nos muero|morimos|moria|muriendo|morire|morir de|por",
    "morir|morirme|muerto|muerta|muertos de risa|hambre|sueño|frio|calor|sed|verguenza|amor|ganas|vieja|viejo|vejez|viejita|viejito|pena|curiosidad",
    "no|nunca|tampoco ..1 quiero|quisiera|deseo|voy_a|pienso|me_quiero morir|morirme|matarme|suicidarme|hacerme_daño !pero",
    "nunca|jamas me? mataria|suicidaria|haria_daño|quitaria",
    "no soy|estoy suicida|suicid*",
    "murio|murieron|perdi ..5 por suicidio|al_suicidio",
    "prevencion|tesis|investigacion|libro|pelicula|linea ..2 del|de|sobre ..1 suicidio",
    "escuadron suicida",
    "personaje|novela|pelicula|serie|libro|protagonista ..10 se_mata|se_suicida|se_quita_la_vida|suicidarse|matarse",
    "matar|mato|matarme ..1 tiempo|rato|trabajando|de_risa|por_unas|por_un|por_una|estudiando|en_el_gimnasio|de_hambre",
    "!<que|a me ..2 mata|matan|matara|matar|mate si|cuando|el_calor|este|la_espalda",
    "matar|matarme|mata si_llego|si_no|si_se_entera|cuando_vea|cuando_se",
    "me ..1 corto|corte|cortar|cortado|cortaron el_pelo|las_uñas|el_cabello|el_dedo|un_dedo|la_mano|cocinando|con_un_cuchillo_cocinando|afeitandome|el_flequillo|las_puntas|sin_querer",
    "corte|corto ..4 cocinando|afeitandome|picando",
    "me pega|pego|golpea|golpeo sus|su|la_risa|el_gusto|el_sol|la_idea|esa_sensacion|la_nostalgia|que|la_gana|muy|bien|una_sonrisa",
    "me ..2 gana|pega al|en_el|a_las ajedrez|tenis|cartas|padel",
    "!<no|sin tengo|tener|encontre|encuentro|muchas|mas|una|mil razon|razones|motivo|motivos|ganas para|de vivir",
    "sin|no ..1 puedo|podria vivir sin !el $",
  ],
  past: [
    `${AGO} ..12 intente|trate_de|quise|queria|pense_en|intento_de|iba_a|casi ..2 suicid*|matarme|morir|morirme|quitarme_la_vida|acabar_con_mi_vida|me_mato|me_suicido`,
    `intente|trate_de|quise|queria|pense_en|intento_de ..2 suicid*|matarme|morir|morirme|quitarme_la_vida|acabar_con_mi_vida ..8 ${AGO}`,
    "sobrevivi|superviviente|sobreviviente|supere ..4 intento|suicidio",
    `${AGO} ..8 me_cortaba|me_autolesionaba|me_hacia_daño`,
    `me_cortaba|me_autolesionaba|me_hacia_daño ..8 ${AGO}`,
    `intento|intentos de suicidio ..8 ${AGO}`,
  ],
  worry: [
    `${PERSON} ..8 suicidarse|matarse|quitarse_la_vida|se_quiere_matar|se_quiere_morir|se_quiere_suicidar|se_va_a_matar|se_va_a_suicidar|hacerse_daño|se_hace_daño|se_autolesiona|autolesionarse|se_esta_cortando|terminar_con_su_vida|acabar_con_su_vida|cortarse_las_venas !trabajando|de_risa`,
    `${PERSON} ..5 quiere|queria|desea|prefiere morir|morirse !de|sin|en`,
    `${PERSON} ..5 no quiere|tiene_ganas_de|desea ..2 vivir|seguir_viviendo|existir !en|con|sin|aqui|lejos`,
    `${PERSON} ..6 ideas|pensamientos|suicida|suicidio ..1 suicidas|suicida|suicidio`,
    `${PERSON} ..6 habla|hablando|hablo|piensa|pensando|amenaza|amenazo ..2 suicidio|suicidarse|con_matarse|matarse`,
    `${PERSON} ..4 es|esta|siente suicida`,
    `${PERSON} ..2 se corta !el|la_barba|las_uñas|las`,
    `${PERSON} ..3 tomo|trago ..4 pastillas !para`,
  ],
  suicide: [
    `${WANT} ..1 morir|morirme|estar_muert* !en|con|sin|feliz|tranquil*|en_paz|rodead*|viej*|a_los|sabiendo|joven_de|de`,
    `${WANT} ..2 ${END} !trabajando|estudiando|de|en_el_gimnasio`,
    "me_quiero|me_voy_a|me_queria|me_quisiera morir|matar|suicidar|ahorcar|colgar !de|trabajando|si",
    "me suicido|suicidare|matare|ahorco|cuelgo !del|de|en|la",
    "suicidarme|ahorcarme|quitarme_la_vida|desvivirme",
    "acabar|terminar|acabare con_mi_vida|con_mi_existencia !de|en|como|laboral",
    "no|tampoco|nunca ..1 quiero|deseo|puedo|aguanto|soporto|quisiera ..1 vivir|seguir_viviendo|existir|seguir_viv*|estar_viv* !en|con|asi|sin|lejos|aqui|solo|de|alli|como|nada|a|por|para|deprisa|junto|cerca|corriendo|entre|bajo|mas_en|mas_con|mas_asi|mas_sin|mas_de|mas_lejos",
    "no ..2 vivir sin_el|sin_ella $",
    "no|sin|perdi ..3 ganas|fuerzas|razon|razones|motivo|motivos|sentido|razones ..3 vivir|viviendo|seguir_adelante|existir|seguir_aqui !en|con|alli",
    "no vale la_pena ..1 vivir|seguir_viviendo|seguir_viv*|existir|estar_viv*|seguir_aqui !en|alli|con",
    "vida ..3 no vale ..1 la_pena|nada",
    "para_que vivir|seguir_viviendo|sigo_viv* !en|con",
    "mejor|felices|feliz|tranquilos|bien ..5 sin_mi $",
    "mejor|felices|feliz ..5 si_yo|si_me|si ..2 no_existiera|no_estuviera|estuviera_muert*|muriera|desapareciera|matara|muero",
    "nadie me ..1 extrañaria|extrañara|echaria_de_menos|lloraria",
    "nadie notaria|extrañaria ..4 si_me|si_yo|mi ..2 muero|muriera|desapareciera|muerte|ausencia",
    "dormir|dormirme|dormirse|acostarme ..4 no|nunca|jamas ..2 despertar|despertarme|despierte !temprano|a|con|tarde|antes|hasta",
    "ojala|quisiera|quiero|gustaria|deseo|espero ..3 no|nunca|jamas ..2 despertar|despertara|despertarme|despierte !temprano|a|con|tarde|antes|hasta|tan|cansad*|sola|solo",
    `${WANT} desaparecer para_siempre|de_este_mundo|del_mundo|de_la_vida|por_completo`,
    "pensamientos|ideas|ideacion|impulsos|tendencias suicidas|suicida|de_suicidio|de_muerte|de_matarme",
    "pienso|pensando|pensar|pensado|pense|considero|considerando|planeando ..2 el_suicidio|en_suicidio|suicidio|suicidarme|en_mi_muerte",
    "me|soy|estoy ..1 siento|suicida suicida",
    "suicidio es|seria|parece ..2 unica|mejor|salida|solucion|opcion",
    "unica|mejor salida|solucion|opcion ..3 morir|muerte|suicidio|matarme|la_muerte",
    "la_muerte seria|es|parece ..2 alivio|unica|solucion|descanso|salida",
    "estaria|estar|estuviera|seria mejor ..1 muert*",
    "ojala ..1 me_muera|me_muriera|estuviera_muert*|no_hubiera_nacido|no_existiera|me_maten|me_atropelle|no_despierte|me_mate",
    "no haber|hubiera nacido",
    "carta|nota|cartas de_despedida|suicida !al_trabajo",
    "tome|tomado|tomar|trague|tomarme|tragarme ..3 todas|frasco|bote|muchas|monton|caja|todo ..3 pastillas|pildoras|somniferos",
    "cansad*|hart* de vivir|la_vida|estar_viv*|existir !en|con|asi|para|de|a",
    "no ..1 aguanto|soporto|puedo_con ..2 esta_vida|la_vida|vivir|mi_existencia !en|de|con",
    "tirarme|lanzarme|aventarme|saltar|arrojarme ..3 puente|tren|balcon|ventana|azotea|metro|vacio|edificio|vias !..8:bungee|paracaidas|cuerda",
    "cortarme|cortar|abrirme las|mis venas|munecas",
    "no merezco vivir|seguir_viv*|estar_viv*|existir",
    "no se si ..1 quiero vivir|seguir_viviendo|seguir_aqui|seguir_viv* !en|con",
    "^ suicidio|suicidarme|suicida $",
    "forma|manera|como ..3 morir|matarme|suicidarme sin|rapido|indolor|menos",
  ],
  harm_to_others: [
    "quiero|voy_a|ganas_de|pienso|quisiera|deseo|pensando_en|necesito matarlo|matarla|matarlos|matarlas|apuñalarlo|apuñalarla|dispararle|envenenarlo|envenenarla|estrangularlo|estrangularla !de|con_cariño|a_besos",
    "quiero|voy_a|ganas_de|pienso|quisiera|pensando_en|necesito|deseo matar|asesinar|apuñalar a|a_mi|a_todos|alguien !el|la_sed|besos",
    "lo|la|los voy_a|quiero matar|apuñalar|asesinar",
    "miedo|temo ..4 hacerle|hacerles|lastimar|dañar|matar ..3 bebe|hijo|hija|hijos|niños|niño|niña",
    "pensamientos|fantasias|impulsos ..2 de|con matar|apuñalar|lastimar|hacerle_daño ..1 a",
  ],
  abuse: [
    `${MAN} ..3 me|nos pega|golpea|maltrata|viola|violo|abusa|abuso|amenaza|amenazo|agrede|agredio|ahorca|ahorco|estrangula|estrangulo|pego|golpeo|patea|abofetea|abofeteo|acosa|encierra|pegaba|golpeaba !al|en_el_ajedrez|a_las_cartas|un_susto|un_grito|un_beso|la_gripe|el_resfriado|el_catarro|los_piojos|el_virus|el_acento`,
    `${MAN} ..3 me|nos ha|habia|esta|estaba pegado|golpeado|violado|maltratado|amenazado|pegando|golpeando|maltratando|abusado|ahorcado`,
    "me pega|golpea|maltrata cuando|siempre_que|todos|cada_vez|si_no !escucho|oigo|la|el",
    "tio|padre|papa|padrastro|hermano|abuelo|primo|vecino|profesor|maestro ..1 me tocaba|toco|manoseaba|manoseo !la_loteria|el_turno",
    "me violaron|violo|violan|maltratan|golpean|pegan|abusaron|secuestraron",
    "me ha|han violado|pegado|golpeado|maltratado|abusado",
    "fui|he_sido|soy|estoy_siendo ..1 violada|violado|abusada|abusado|maltratada|maltratado|golpeada|golpeado",
    "abuso|abusan|abusaron|abusa|abusaba|abusado|abusando ..1 de_mi|sexualmente_de_mi !confianza|paciencia|amabilidad",
    "amenazo|amenaza|amenazado|amenazan|amenazandome|amenazas|amenazaba ..2 matarme|de_muerte|con_matarme|con_matar|con_pegarme|con_hacerme|con_un_cuchillo|con_una_pistola",
    "dice|dijo|juro|jura|dicho ..3 me_va_a|va_a|me matar|matarme|mata|matara !de_risa|si_no_voy",
    "miedo|terror ..3 que|de ..2 me mate|pegue|golpee|viole|haga_daño",
    "miedo|terror a|de mi_marido|mi_esposo|mi_pareja|mi_novio|mi_padre|mi_ex|mi_padrastro|el $",
    "violencia domestica|de_genero|intrafamiliar|machista !..1:ley|charla",
    "no me_deja salir|ver_a_mi|trabajar|hablar_con|ir !temprano",
    "me encierra|encerro|tiene_encerrada|tiene_encerrado",
    "me obliga|obligo|fuerza|forzo a_tener|a_acostarme|a_hacer_cosas sexo? relaciones?",
    "no_me_siento|no_estoy segura|seguro|a_salvo en_casa|en_mi_casa|con_el|con_mi_pareja",
  ],
  self_harm: [
    "me ..1 corto|corte|cortaba|cortado|cortando|cortar $",
    "me ..2 corto|corte|cortaba|cortado|cortando|cortar|quemo|quemar|rasguño|araño ..1 los_brazos|el_brazo|las_muñecas|las_piernas|la_piel|los_muslos|las_venas|otra_vez|de_nuevo|con_cigarr*|con_un_encendedor|con_un_cigarr*|con_una_navaja|con_una_cuchilla|a_veces|cada_noche|cuando|para_sentir|para_no_sentir|a_mi_misma|a_mi_mismo|a_proposito",
    "cortarme|quemarme|cortandome $",
    "cortarme|quemarme|cortandome los_brazos|el_brazo|las_muñecas|las_piernas|la_piel|los_muslos|otra_vez|de_nuevo|para|cuando|a_mi",
    "me|a_mi_misma|a_mi_mismo ..1 hago|hacia|haciendo|hacer|hice daño !en_el_gimnasio|corriendo|entrenando|en_la_rodilla|en_el_pie|jugando",
    "quiero|ganas_de|necesito|pienso_en|quisiera|voy_a|dejar_de|empece_a|volvi_a|ansias_de|impulso_de|impulsos_de hacerme_daño|lastimarme|herirme|castigarme|autolesionarme",
    "me autolesiono|autolesione|autolesionaba|autolesionado|lastimo|castigo|flagelo !corriendo|jugando|con",
    "me hago|hice|hacia|haciendo cortes",
    "autolesion|autolesiones|autolesionarme|autolesionandome",
  ],
};
