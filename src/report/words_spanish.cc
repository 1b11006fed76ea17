// SPDX-License-Identifier: Apache-2.0
//
// The report in Spanish.
#include "src/report/publics.h"
#include "src/report/words.h"

namespace fidelia::report {
namespace {

NumberWords number_words() {
  return {
      .thousands = ".",
      .grouped_from = 5,
      .decimal = ",",
      .percent = "{n}\u00a0%",
      .money = "{n}\u00a0{currency}",
      .below_percent = "menos del {n}",
      .above_percent = "más del {n}",
      .range = "{low} a {high}",
      .value_range = "{value} ({range})",
      .list_comma = ", ",
      .list_and = " y ",
      .full_stop = ".",
      .sentence_gap = " ",
      .clause_gap = "; ",
      .day = "{dd}/{mm}/{year}",
      .month = "{mm}/{year}",
      .month_of_year = "{name} de {year}",
      .axis_month = "%m/%Y",
      .months = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
                 "septiembre", "octubre", "noviembre", "diciembre"},
  };
}

PageWords page_words() {
  return {
      .title = "Relaciones con los clientes",
      .title_of = "{company}: relaciones con los clientes",
      .subtitle = "Al cierre del {as_of}",
      .generated_by = "Fidelia {version}",
      .labels =
          {
              {"as_of", "A fecha de", ""},
              {"headline", "En breve", ""},
              {"contents", "Contenido", ""},
              {"search", "Buscar en esta tabla", ""},
              {"search_hint", "nombre, paso, motivo …", ""},
              {"show_all", "Mostrar las {n} filas", ""},
              {"show_first", "Mostrar las primeras {n} filas", ""},
              {"rows_shown", "{shown} de {n} filas", ""},
              {"nothing_found", "Ninguna fila coincide.", ""},
              {"no_script",
               "Los gráficos necesitan JavaScript. Lo que muestra cada uno está en palabras.", ""},
              {"download", "Guardar como CSV", ""},
              {"download_hint", "Guarda las filas que se muestran", ""},
              {"missing", "sin valor", ""},
              {"skip", "Ir al informe", ""},
          },
  };
}

UnitWords unit_words() {
  return {
      .second = {"{n} segundo", "{n} segundos"},
      .minute = {"{n} minuto", "{n} minutos"},
      .hour = {"{n} hora", "{n} horas"},
      .day = {"{n} día", "{n} días"},
      .week = {"{n} semana", "{n} semanas"},
      .month = {"{n} mes", "{n} meses"},
      .quarter = {"{n} trimestre", "{n} trimestres"},
      .year = {"{n} año", "{n} años"},
  };
}

HeadlineWords headline_words() {
  return {
      .unnamed = "el cliente {id}",
      .no_customers = "Hasta el {as_of} nadie había comprado, así que aún no hay nada que contar.",
      .customers =
          {"Un cliente había comprado hasta el {as_of}: {orders}, por {spend} tras devoluciones.",
           "{n} clientes habían comprado hasta el {as_of}: {orders}, por {spend} tras "
           "devoluciones."},
      .orders = {"un pedido", "{n} pedidos"},
      .customers_only = {"Un cliente había comprado hasta el {as_of}.",
                         "{n} clientes habían comprado hasta el {as_of}."},
      .alive_one = "La probabilidad de que siga siendo cliente es del {share}.",
      .alive = "Probablemente unos {n} ({share}) siguen siendo clientes.",
      .alive_repeaters =
          {"Un cliente ha vuelto a comprar y sigue siéndolo con una probabilidad del {share}.",
           "De los {n} que volvieron a comprar, probablemente unos {alive} ({share}) siguen siendo "
           "clientes."},
      .singles = {"Un cliente compró una sola vez, lo que no dice si volverá.",
                  "Los otros {n} compraron una sola vez, lo que no dice cuántos volverán."},
      .expect =
          "En un plazo de {period} esperamos {purchases} compras más, y {value} de estos clientes "
          "en un plazo de {months}.",
      .expect_money_only = "Esperamos {value} de estos clientes en un plazo de {months}.",
      .expect_purchases_only = "Esperamos {purchases} compras más en un plazo de {period}.",
      .slipping_money = {"Un cliente habitual se está alejando, con {stake} en juego.",
                         "{n} clientes habituales se están alejando, con {stake} en juego."},
      .slipping_plain = {"Un cliente habitual se está alejando.",
                         "{n} clientes habituales se están alejando."},
      .slipping_who = "El caso con más en juego es {customer}: {stake}.",
      .nobody_slipping = "Ningún cliente habitual se está alejando ahora.",
      .first_step =
          "Conviene empezar por {customer}: {step} antes del {due}, con una ganancia esperada de "
          "{gain}.",
      .first_step_due = "Conviene empezar por {customer}: {step} antes del {due}.",
      .first_step_gain =
          "Conviene empezar por {customer}: {step}, con una ganancia esperada de {gain}.",
      .all_steps =
          {"Es el único paso aconsejado.",
           "En total {n} clientes tienen un próximo paso; en conjunto deberían aportar {gain}."},
      .no_step = "Ahora no se aconseja ningún paso.",
      .holdout_missed =
          "Tome el pronóstico con cautela: comprobado con datos posteriores, falló (véase "
          "\u00ab{section}\u00bb).",
      .top = "El 20\u00a0% que más gastó ({n}) aportó el {share} del gasto.",
      .season = "El {share} de las ventas del último año completo cayó de {first} a {last}.",
      .moved = "Desde el {from}, {moves}.",
      .reversed =
          {"Un pedido grande, de {amount}, se anuló poco después de hacerse y parece un error.",
           "{n} pedidos grandes, de {amount} en conjunto, se anularon poco después de hacerse y "
           "parecen errores."},
      .nobody_named =
          "El {share} de las filas ({rows}) no nombra a ningún cliente y aquí no cuenta para "
          "nadie.",
  };
}

FigureWords figure_words() {
  return {
      .customers = "Clientes",
      .customers_note = "{repeaters} volvieron a comprar ({share})",
      .alive = "Probablemente aún clientes",
      .alive_note = "{share} del total; suma de sus probabilidades",
      .alive_of = "{alive} de {n}",
      .alive_of_note = "{share} de los que volvieron a comprar",
      .purchases = "Compras esperadas",
      .purchases_note = "en un plazo de {period}",
      .value = "Valor esperado",
      .value_note = "en un plazo de {months}",
      .range_note = "; intervalo del {level}: {range}",
      .stake = "En juego",
      .stake_note = {"con un cliente que se aleja", "con {n} clientes que se alejan"},
      .top = "El 20\u00a0% mayor aporta",
      .top_note_expected = "del valor esperado",
      .top_note_spend = "del gasto hasta ahora",
      .steps = "Próximos pasos aconsejados",
      .steps_note = "ganancia esperada: {gain}",
      .spend = "Gasto hasta ahora",
      .spend_note = "sin devoluciones, {orders}",
  };
}

ForecastWords forecast_words() {
  return {
      .not_converged =
          "El modelo de compras no se pudo ajustar a estos datos ({reason}). Por eso este informe "
          "no hace pronósticos: no dice quién sigue siendo cliente ni qué esperar.",
      .no_model_fits =
          "Ningún modelo de compras se pudo ajustar a estos datos: {list}. Por eso este informe no "
          "hace pronósticos: no dice quién sigue siendo cliente ni qué esperar.",
      .model_and_reason = "{models} ({reason})",
      .none = "Este informe no hace pronósticos: {reason}",
      .none_plain =
          "Este informe no hace pronósticos, porque no se ajustó ningún modelo de compras.",
      .no_value = "No se pronostica ningún valor en dinero: {reason}",
      .no_value_plain =
          "No se pronostica ningún valor en dinero, porque no se ajustó ningún modelo de gasto. En "
          "su lugar se cuentan compras.",
      .no_value_not_converged =
          "No se pronostica ningún valor en dinero, porque el modelo de gasto no se pudo ajustar "
          "({reason}). En su lugar se cuentan compras.",
      .no_value_heavy =
          "No se pronostica ningún valor en dinero: el gasto difiere tanto entre clientes que el "
          "modelo ajustado (q \u2264 1) no tiene media. En su lugar se cuentan compras.",
      .nobody_repeats =
          "Nadie ha comprado aún por segunda vez. Sin compras repetidas ningún modelo puede decir "
          "quién sigue siendo cliente.",
      .weak_leaving =
          "Tome con cautela la proporción de quienes siguen siendo clientes: estos datos apenas "
          "determinan cuándo se van ({model}: {parameter} es {value}, con un error estándar de "
          "{error}).",
      .nobody_leaves =
          "En estos datos apenas se ve marchar a nadie, así que no determinan la proporción de "
          "quienes siguen siendo clientes ({model}: {parameter} es {value}, con un error estándar "
          "de {error}).",
      .weak_rate =
          "Tome con cautela las compras esperadas: estos datos apenas determinan cada cuánto "
          "compran los clientes ({model}: {parameter} es {value}, con un error estándar de "
          "{error}).",
      .weak_spend =
          "Tome con cautela los valores en dinero: estos datos apenas determinan cómo difiere el "
          "gasto entre clientes ({model}: {parameter} es {value}, con un error estándar de "
          "{error}).",
      .without_value = {"De un cliente no se pudo estimar el valor; cuenta como cero.",
                        "De {n} clientes no se pudo estimar el valor; cuentan como cero."},
  };
}

StageWords stage_words() {
  return {
      .title = "Etapas de la relación",
      .none =
          "No se determinaron etapas, así que no se puede decir hasta dónde ha llegado cada "
          "relación.",
      .summary =
          {"Los pedidos, contactos, permisos y respuestas sitúan a un interlocutor en su etapa.",
           "Los pedidos, contactos, permisos y respuestas sitúan a {n} interlocutores en su "
           "etapa."},
      .largest = "La etapa más numerosa es {stage}, con {n} ({share}).",
      .value_in = "Lo que más se espera viene de la etapa {stage}: el {share} del total.",
      .chart = "Interlocutores por etapa",
      .alt = "Gráfico de barras de interlocutores por etapa: {list}.",
      .caption = "Etapas, de la primera noticia a la lealtad",
      .column_stage = "Etapa",
      .column_parties = "Interlocutores",
      .column_share = "Proporción",
      .column_buyers = "Compradores",
      .column_value = "Valor esperado",
      .column_purchases = "Compras esperadas",
      .column_spend = "Gasto hasta ahora",
      .column_meaning = "Qué significa",
      .column_fallen = "Han retrocedido",
      .fallen = {"Un interlocutor estuvo antes en una etapa posterior y ha retrocedido.",
                 "{n} interlocutores estuvieron antes en una etapa posterior y han retrocedido."},
      .flow_chart = "De la etapa anterior (izquierda) a la de hoy (derecha)",
      .flow_alt = "Diagrama de flujo de los interlocutores que han retrocedido. {list}.",
      .names =
          {
              {"attention", "Atención", "Saben de nosotros, o ya no dan señales."},
              {"permission", "Permiso", "Aceptaron que les escribamos y dijeron qué les interesa."},
              {"participation", "Participación", "Compran y participan."},
              {"loyalty", "Lealtad", "Vuelven una y otra vez y se lo dirían a un amigo."},
          },
  };
}

MoveWords move_words() {
  return {
      .title = "Qué ha cambiado desde el {from}",
      .since = "Del {from} al {until}, {moves}.",
      .stayed = {"un interlocutor siguió en su etapa", "{n} interlocutores siguieron en su etapa"},
      .up = {"un interlocutor avanzó", "{n} interlocutores avanzaron"},
      .down = {"uno retrocedió", "{n} retrocedieron"},
      .fresh = {"uno es nuevo", "{n} son nuevos"},
      .dropped = {"uno ya no figura", "{n} ya no figuran"},
      .chart = "De la etapa de entonces (izquierda) a la de ahora (derecha)",
      .alt = "Diagrama de flujo entre etapas: {list}.",
      .flow = "{from} a {to}: {n}",
      .unknown = "Desconocido entonces",
      .matrix_caption = "Movimientos entre etapas",
      .column_then = "Del {from} (filas) al {until} (columnas)",
      .column_sum = "Todos",
      .figures_caption = "Cifras de ambas fechas",
      .column_figure = "Cifra",
      .column_change = "Cambio",
      .repeaters = "Clientes habituales",
      .alive = "De ellos, probablemente aún clientes",
      .orders = "Pedidos",
  };
}

StageForecastWords stage_forecast_words() {
  return {
      .title = "Hacia dónde van las etapas",
      .text = "Si los interlocutores siguen moviéndose como hasta ahora, el {at} habrá: {list}.",
      .line = "{stage} {then} en lugar de {now}",
      .chart = "Interlocutores en cada etapa, hoy y según el pronóstico",
      .alt = "Gráfico de líneas de los interlocutores en cada etapa: {list}.",
      .axis = "Interlocutores",
      .caption = "Pronóstico de las etapas, con intervalos del {level}",
      .column_at = "Fecha",
      .note =
          "También se cuentan los interlocutores que lleguen más tarde, tantos como llegaban hasta "
          "ahora.",
  };
}

RfmWords rfm_words() {
  return {
      .title = "Recencia, frecuencia y dinero",
      .summary =
          "{n} clientes ({share}) están entre los dos mejores quintos tanto por lo reciente como "
          "por lo frecuente de sus compras; aportaron el {spend} del gasto.",
      .nobody_best =
          "Ningún cliente está entre los dos mejores quintos a la vez por lo reciente y por lo "
          "frecuente de sus compras.",
      .chart = "Clientes por recencia y frecuencia; el color es su proporción del gasto",
      .alt =
          "Mapa de calor de {all} clientes por recencia y frecuencia, de 1 a 5. {n} tienen 4 o 5 "
          "en ambas.",
      .axis_recency = "Recencia (5: los últimos en comprar)",
      .axis_frequency = "Frecuencia (5: los que más veces compran)",
      .cell = "{n} clientes, {spend} ({share} del gasto)",
      .caption = "Segmentos",
      .column_segment = "Segmento",
      .column_customers = "Clientes",
      .column_share = "Proporción",
      .column_spend = "Gasto hasta ahora",
      .column_spend_share = "Proporción del gasto",
      .column_meaning = "Qué significa",
      .segments =
          {
              {"champions", "Campeones", "Acaban de comprar, y compran a menudo y por mucho."},
              {"loyal", "Leales", "Compran a menudo y bien."},
              {"potential_loyal", "Leales en potencia", "Compraron hace poco y más de una vez."},
              {"new", "Nuevos", "Acaban de comprar, y todavía poco."},
              {"promising", "Prometedores", "Compraron hace poco, y todavía poco."},
              {"need_attention", "Piden atención", "Compradores medianos que se retrasan."},
              {"about_to_sleep", "A punto de dormirse", "Compraron poco, y ya hace tiempo."},
              {"at_risk", "En riesgo", "Compraban a menudo y llevan tiempo sin hacerlo."},
              {"cannot_lose", "Imprescindibles",
               "De los mejores, y los que más tiempo llevan sin comprar."},
              {"hibernating", "Hibernando",
               "Compraban de vez en cuando y llevan tiempo sin hacerlo."},
              {"lost", "Perdidos", "Compraron poco y hace mucho."},
          },
  };
}

CohortWords cohort_words() {
  return {
      .title = "¿Vuelven?",
      .text = "De los clientes que llevan con nosotros lo bastante para saberlo, {list}.",
      .after = "el {share} compró {period} después del periodo de la primera compra",
      .young = "Ningún grupo de clientes tiene todavía un periodo entero.",
      .chart =
          "Clientes de cada cohorte que volvieron a comprar, por periodo desde el primero (en %)",
      .alt = "Mapa de calor de la retención por cohorte. De todas las cohortes, {list}.",
      .axis_cohort = "Primera compra",
      .axis_period = "Desde la primera compra ({units})",
      .caption = "Proporción de cada cohorte que compró tanto tiempo después de la primera compra",
      .column_cohort = "Primera compra",
      .column_customers = "Clientes",
      .note =
          "Un cliente cuenta en cada periodo en que compra, así que las proporciones pueden volver "
          "a subir. Los periodos que no habían terminado quedan fuera.",
  };
}

SeasonWords season_words() {
  return {
      .title = "Cuándo compran",
      .peak = "El {share} de las ventas del {from} al {until} ({sales}) cayó de {first} a {last}.",
      .low = "El mes más flojo fue {month}, con el {share}.",
      .even = "Repartidas por igual, tres meses tendrían el 25,0\u00a0% y un mes el 8,3\u00a0%.",
      .short_history =
          "Se conocen las ventas de {n} meses, pocos para hablar de temporadas: hacen falta doce "
          "meses enteros.",
      .advice =
          "Planifique existencias, personal y campañas según el calendario, y no tome la subida de "
          "la temporada por crecimiento ni su final por clientes perdidos.",
      .chart = "Ventas por mes, descontadas las devoluciones en el mes en que llegaron",
      .alt = "Gráfico de barras de ventas por mes; el máximo, {sales}, en {month}.",
      .axis_month = "Mes",
      .axis_sales = "Ventas",
      .group_peak = "Los tres meses más fuertes",
      .group_other = "Otros meses del año",
      .group_outside = "Fuera del año",
      .caption = "Ventas por mes",
      .column_month = "Mes",
      .column_sales = "Ventas",
      .column_share = "Proporción del año",
      .column_orders = "Pedidos",
      .outside_note =
          "El año son los últimos doce meses enteros. Los meses anteriores y un mes sin terminar "
          "no tienen proporción.",
  };
}

ProductWords product_words() {
  return {
      .title = "Qué compran",
      .summary = {"Se vendió un producto.",
                  "Se vendieron {n} productos; los {top} más vendidos aportaron el {share} de las "
                  "ventas."},
      .chart = "Los productos más vendidos",
      .alt = "Gráfico de barras de productos, del más vendido hacia abajo: {list}.",
      .caption = "Productos por ventas",
      .column_product = "Producto",
      .column_sales = "Ventas",
      .column_share = "Proporción",
      .column_orders = "Pedidos",
      .column_customers = "Clientes",
      .shown = "La tabla muestra los primeros {shown} de {n} productos.",
  };
}

LevelWords level_words() {
  return {
      .title = "Qué relación con quién",
      .summary =
          "El tipo de relación depende de cuántos clientes tiene un segmento y de lo que deja cada "
          "uno: los pocos y ricos merecen una alianza; los muchos y modestos, un buen producto y "
          "nada más.",
      .classes =
          "La clase A son los clientes que aportan el primer 80\u00a0% del margen; la B, el "
          "15\u00a0% siguiente; la C, el resto.",
      .margin_expected =
          "El margen es lo que se espera que valga un cliente en los próximos 12 "
          "meses.",
      .margin_past =
          "El margen es lo que un cliente ha aportado al año hasta ahora, a falta de una "
          "previsión en dinero.",
      .margin_all =
          "Todo el gasto cuenta como margen, porque ni la opción margin ni los pedidos "
          "dicen cuánto se gana.",
      .margin_told = "Se toma como el {share} del gasto.",
      .margin_recorded =
          "Se toma como el {share} del gasto, según los márgenes o costes de los "
          "pedidos.",
      .terms =
          "Supuestos: un mensaje cuesta {message}, una llamada {call}, una visita {visit}; al "
          "margen, un nivel reactivo añade el {reactive}, uno responsable el {accountable}, uno "
          "proactivo el {proactive} y una alianza el {partnership}.",
      .totals =
          "Mantener estos niveles cuesta {cost} al año y se supone que añade {gain} al margen.",
      .caption = "Nivel de cada segmento",
      .column_segment = "Segmento",
      .column_customers = "Clientes",
      .column_margin = "Margen de uno, al año",
      .column_level = "Nivel",
      .column_contacts = "Contactos al año",
      .column_kept = "Contactados, de los debidos",
      .column_cost = "Coste al año",
      .column_gain = "Ganancia al año",
      .column_meaning = "A qué obliga",
      .kept = "{kept} de {n}",
      .matrix_caption = "Niveles por margen y número de clientes, con los segmentos de cada uno",
      .column_number = "Número de clientes",
      .not_judged =
          "No se juzga qué contactos están atrasados, porque no consta ningún contacto "
          "suyo con un cliente.",
      .overdue = {"Un contacto al que obliga un nivel está atrasado.",
                  "{n} contactos a los que obligan sus niveles están atrasados."},
      .none_overdue = "Ningún contacto al que obligue un nivel está atrasado.",
      .overdue_caption = "Contactos atrasados",
      .column_customer = "Cliente",
      .column_id = "Id.",
      .column_duty = "Qué toca",
      .column_due = "Desde",
      .column_worth = "Margen al año",
      .shown = "La tabla muestra los primeros {shown} de {n}.",
      .names =
          {
              {"basic", "Básico", "Vender, sin más contacto."},
              {"reactive", "Reactivo", "Pedir que llamen si algo va mal."},
              {"accountable", "Responsable",
               "Llamar un tiempo después de la venta para saber si todo va bien."},
              {"proactive", "Proactivo", "Llamar de vez en cuando con mejores usos y novedades."},
              {"partnership", "Alianza", "Trabajar juntos siempre para que el cliente ahorre."},
          },
      .duties =
          {
              {"after_sale_message", "Mensaje: pedir que llamen si algo va mal", ""},
              {"after_sale_call", "Llamada: preguntar si todo va bien tras la venta", ""},
              {"regular_call", "Llamada: mejores usos y novedades", ""},
          },
      .margins =
          {
              {"low", "Margen bajo", ""},
              {"medium", "Margen medio", ""},
              {"high", "Margen alto", ""},
          },
      .numbers = {{"few", "Pocos", ""}, {"medium", "Número medio", ""}, {"many", "Muchos", ""}},
  };
}

AudienceWords audience_words() {
  return {
      .title = "Públicos",
      .summary = {"Hay un público: {largest}, con {members} miembros.",
                  "Hay {n} públicos; el mayor es {largest}, con {members} miembros."},
      .caption = "Públicos y quién pertenece a ellos",
      .column_audience = "Público",
      .column_members = "Miembros",
      .column_share = "Proporción",
      .column_buyers = "Compradores",
      .column_spend = "Gasto hasta ahora",
      .column_value = "Valor esperado",
      .column_meaning = "Quién pertenece",
      .parties =
          "Las proporciones son sobre las {n} partes conocidas; una puede pertenecer a varios.",
      .names = spanish_publics(),
      .groups = {{"region", "Región: ", ""}, {"culture", "Cultura: ", ""}},
  };
}

ConcentrationWords concentration_words() {
  return {
      .title = "Dónde está el valor",
      .none = "Todavía no hay gasto ni valor esperado que repartir.",
      .expected =
          "El 20\u00a0% más valioso de los clientes ({n}) debería aportar el {share} del valor "
          "esperado en un plazo de {months}.",
      .expected_purchases =
          "El 20\u00a0% más activo de los clientes ({n}) debería hacer el {share} de las compras "
          "esperadas en un plazo de {period}.",
      .spend = "Del gasto hasta ahora, el {share} vino del 20\u00a0% que más gastó.",
      .largest = "El mayor cliente representa el {share}.",
      .only_one = "Hay un solo cliente, que lo representa todo.",
      .advice_high =
          "Tan pocos sostienen tanto que se notaría perder a algunos: conózcalos por su nombre.",
      .advice_low =
          "Ningún grupo pequeño sostiene el negocio: importa más lo que se hace por todos que lo "
          "que se hace por unos pocos.",
      .chart = "Proporción del total, clientes ordenados de mayor a menor",
      .alt = "Curva de proporciones acumuladas. {parts}",
      .alt_expected = "El 20\u00a0% mayor de los clientes reúne el {share} de lo esperado.",
      .alt_spend = "El 20\u00a0% mayor reúne el {share} del gasto pasado.",
      .axis_customers = "Proporción de clientes",
      .axis_quantity = "Proporción del total",
      .series_value = "Valor esperado",
      .series_purchases = "Compras esperadas",
      .series_spend = "Gasto hasta ahora",
      .series_equal = "Todos iguales",
  };
}

SlippingWords slipping_words() {
  return {
      .title = "Quién se aleja y qué está en juego",
      .none_without_model =
          "Sin un modelo de compras ajustado no se puede decir que nadie se aleje: cuándo un "
          "silencio es demasiado largo depende del ritmo de cada cliente.",
      .none_without_repeats =
          "Nadie ha comprado dos veces, así que ningún silencio se distingue de una pausa.",
      .nobody =
          "Ningún cliente habitual se está alejando ahora: todos son o probablemente aún clientes "
          "({safe} y más) o probablemente perdidos (menos del {gone}).",
      .summary = {"Un cliente habitual está en duda: la probabilidad de que aún lo sea está entre "
                  "{gone} y {safe}. Se esperan {expected}; si la relación fuera segura, {stake} "
                  "más. Eso es lo que está en juego.",
                  "{n} clientes habituales están en duda: la probabilidad de que aún lo sean está "
                  "entre {gone} y {safe}. De ellos se esperan {expected}; si todos se quedaran con "
                  "seguridad, {stake} más. Eso es lo que está en juego."},
      .summary_plain = {"Un cliente habitual está en duda: la probabilidad de que aún lo sea está "
                        "entre {gone} y {safe}.",
                        "{n} clientes habituales están en duda: la probabilidad de que aún lo sean "
                        "está entre {gone} y {safe}."},
      .meaning_money = "{value}",
      .meaning_purchases = "{value} compras",
      .safe = {"Un cliente habitual está probablemente seguro ({safe} y más)",
               "{n} clientes habituales están probablemente seguros ({safe} y más)"},
      .gone = {"uno está probablemente perdido (menos del {gone}).",
               "{n} están probablemente perdidos (menos del {gone})."},
      .single =
          "Los clientes con una sola compra ({n}) quedan fuera: una compra no muestra ritmo del "
          "que retrasarse.",
      .bands_chart = "Clientes habituales por la probabilidad de seguir siéndolo",
      .bands_alt =
          "Gráfico de barras de clientes habituales por la probabilidad de seguir siéndolo: {safe} "
          "probablemente seguros, {slipping} alejándose, {gone} probablemente perdidos.",
      .axis_bands = "Probabilidad de seguir siendo cliente",
      .axis_customers = "Clientes habituales",
      .band = "{low}\u2013{high}\u00a0%",
      .class_gone = "Probablemente perdidos",
      .class_slipping = "Se alejan",
      .class_safe = "Probablemente seguros",
      .map_chart =
          "Clientes por silencio y número de compras; el color es la probabilidad media de seguir "
          "siendo cliente",
      .map_alt =
          "Mapa de calor de clientes por el tiempo desde la última compra y el número de compras: "
          "quien compraba a menudo y ha dejado de hacerlo está perdido con más seguridad que quien "
          "compraba poco.",
      .axis_silence = "Silencio ({units})",
      .axis_purchases = "Compras",
      .map_band = "{low}\u2013{high}",
      .map_cell = "{n} clientes, {share} de media",
      .chart_money =
          "Lo que más está en juego: valor si el cliente se queda, y qué parte está en duda",
      .chart_purchases =
          "Lo que más está en juego: compras si el cliente se queda, y cuántas están en duda",
      .alt =
          "Gráfico de barras de los {n} clientes que se alejan con más en juego, desde {first} "
          "({stake}) hacia abajo.",
      .series_expected = "Esperado",
      .series_stake = "En juego",
      .caption = "Clientes que se alejan con más en juego",
      .column_customer = "Cliente",
      .column_id = "Id.",
      .column_last = "Última compra",
      .column_orders = "Pedidos",
      .column_spend = "Gasto hasta ahora",
      .column_alive = "Aún cliente",
      .column_expected_money = "Valor esperado",
      .column_expected_purchases = "Compras esperadas",
      .column_stake_money = "En juego",
      .column_stake_purchases = "Compras en juego",
  };
}

TrackingWords tracking_words() {
  return {
      .title = "¿Sirve el pronóstico?",
      .none = "No hay un curso de compras en el tiempo que comparar con un modelo.",
      .fitted =
          "Hasta el {as_of} hubo {actual} compras repetidas; el modelo, ajustado a ese mismo "
          "tiempo, dice {fitted} ({difference}).",
      .fitted_without_model = "Hasta el {as_of} hubo {actual} compras repetidas.",
      .no_holdout =
          "No se apartaron datos posteriores, así que el pronóstico no se ha comprobado. La curva "
          "solo muestra lo bien que el modelo describe aquello a lo que se ajustó.",
      .predicted =
          "Solo con los registros hasta el {as_of}, el modelo predijo {predicted} compras "
          "repetidas del {from} al {until}, con una probabilidad del {level} entre {low} y {high}.",
      .actual = "Hubo {actual}.",
      .held = "El intervalo acertó: el pronóstico erró en {difference} ({share} del número real).",
      .missed_low =
          "El intervalo falló: el pronóstico se quedó corto en {difference} ({share} del número "
          "real), y se compró más de lo que el intervalo permite.",
      .missed_high =
          "El intervalo falló: el pronóstico se excedió en {difference} ({share} del número real), "
          "y se compró menos de lo que el intervalo permite.",
      .missed_meaning =
          "Tome, pues, los pronósticos de este informe como un orden de clientes y no como números "
          "exactos: algo del tiempo posterior (temporada, precios, campañas) difiere del tiempo al "
          "que se ajustó el modelo.",
      .total_chart = "Compras repetidas desde el inicio, reales y según el modelo",
      .total_alt =
          "Gráfico de líneas de compras repetidas acumuladas del {from} al {until}: {actual} "
          "reales al final de los datos, {expected} según el modelo al final del gráfico.",
      .period_chart = "Compras repetidas por {unit}",
      .period_chart_grouped = "Compras repetidas cada {n}",
      .period_alt =
          "Gráfico de líneas de compras repetidas en cada periodo, reales y según el modelo.",
      .axis_total = "Compras",
      .axis_period = "Compras",
      .series_actual = "Reales",
      .series_fitted = "Modelo, ajustado",
      .series_forecast = "Modelo, pronóstico",
      .series_model = "Modelo",
      .tooltip_until = "Hasta",
      .caption = "La prueba con datos posteriores",
      .column_what = "",
      .column_value = "Compras repetidas",
      .row_predicted = "Predichas",
      .row_range = "Intervalo del {level}",
      .row_actual = "Reales",
      .row_difference = "Reales menos predichas",
      .row_verdict = "Veredicto",
      .verdict_held = "dentro del intervalo",
      .verdict_missed = "fuera del intervalo",
  };
}

AdviceWords advice_words() {
  return {
      .title = "Qué hacer ahora",
      .none = "No se pidieron consejos.",
      .nothing = "No se aconseja ningún paso: por ahora es mejor no molestar a nadie.",
      .summary = {"Un cliente tiene un próximo paso.", "{n} clientes tienen un próximo paso."},
      .gain = "En conjunto, los pasos deberían aportar {gain}.",
      .left_alone = {"A un cliente es mejor no molestarlo por ahora.",
                     "A {n} clientes es mejor no molestarlos por ahora."},
      .shown = "La tabla muestra los primeros {shown} de {n} por urgencia.",
      .chart_gain = "Ganancia esperada de cada clase de paso",
      .chart_count = "Clientes por clase de paso",
      .alt = "Gráfico de barras de pasos: {list}.",
      .axis_gain = "Ganancia esperada",
      .axis_count = "Clientes",
      .steps_caption = "Clases de paso",
      .column_step = "Paso",
      .column_parties = "Clientes",
      .column_gain = "Ganancia esperada",
      .column_meaning = "Qué significa",
      .caption = "Próximos pasos, primero los más urgentes",
      .column_rank = "N.º",
      .column_customer = "Cliente",
      .column_id = "Id.",
      .column_due = "Antes del",
      .column_channel = "Canal",
      .column_reasons = "Por qué",
      .column_range = "Intervalo del {level}",
      .steps =
          {
              {"ask_permission", "Pedir permiso",
               "Preguntar si quieren saber de nosotros, y sobre qué."},
              {"thank", "Dar las gracias", "Agradecer una compra, sin vender nada."},
              {"apologise", "Disculparse", "Pedir perdón por un retraso o tras una queja."},
              {"call_after_sale", "Llamar tras la venta", "Preguntar si todo está en orden."},
              {"welcome", "Dar la bienvenida",
               "Saludar a quien compra o permite el contacto por primera vez."},
              {"replenishment", "Recordar la compra",
               "Según su propio ritmo ya toca la próxima compra."},
              {"cross_sell", "Ofrecer lo que acompaña",
               "Ofrecer un producto que otros compran con lo que compró."},
              {"ask_for_referral", "Pedir una recomendación",
               "Pedirla a quien es leal y está satisfecho."},
              {"second_purchase", "Ganar la segunda compra",
               "Dar a quien compró por primera vez un motivo para volver."},
              {"win_back", "Recuperar",
               "Hablar con un cliente que lleva demasiado tiempo sin comprar."},
              {"hand_over", "Pasar a una persona",
               "Que alguien que conoce al cliente siga desde aquí."},
              {"hand_over_to_person", "Pasar a una persona",
               "Que alguien que conoce al cliente siga desde aquí."},
              {"leave_alone", "No molestar", "De momento no toca nada."},
          },
      .channels =
          {
              {"email", "Correo electrónico", ""},
              {"phone", "Teléfono", ""},
              {"sms", "SMS", ""},
              {"letter", "Carta", ""},
              {"mail", "Carta", ""},
              {"visit", "Visita", ""},
              {"next_contact", "Próximo contacto", ""},
          },
  };
}

QualityWords quality_words() {
  return {
      .title = "Calidad de los registros",
      .none = "No se sabe cuántas filas se leyeron: las tablas se entregaron ya elaboradas.",
      .read = {"Se leyó una fila.", "Se leyeron {n} filas."},
      .all_good = "Todas pudieron usarse.",
      .rejected =
          {"Una fila ({share}) se apartó y no cuenta en ninguna parte de este informe.",
           "{n} filas ({share}) se apartaron y no cuentan en ninguna parte de este informe."},
      .reconciles =
          "Los importes cuadran hasta la última unidad: los {input} de la entrada se encuentran "
          "todos abajo.",
      .differs =
          "Los importes no cuadran: {difference} de la entrada no tienen explicación. Conviene "
          "aclararlo antes de fiarse de los totales.",
      .not_reconciled = "Los importes de la entrada no se cotejaron con los totales del informe.",
      .tables_caption = "Filas leídas",
      .column_table = "Tabla",
      .column_rows = "Filas",
      .column_rejected = "Apartadas",
      .column_share = "Proporción",
      .reasons_caption = "Por qué se apartaron filas",
      .column_column = "Columna",
      .column_reason = "Motivo",
      .column_example = "Por ejemplo",
      .column_first = "Primera fila",
      .more_reasons = "Otros {n} motivos no se muestran.",
      .findings_caption = "Qué más se observó",
      .column_finding = "Observación",
      .money_caption = "De los importes de la entrada al gasto de este informe",
      .column_item = "",
      .column_amount = "Importe",
      .row_input = "Todos los importes de la entrada",
      .row_spend = "Gasto en este informe, tras devoluciones",
      .row_unmatched = "Devoluciones que no corresponden a ninguna compra",
      .row_after = "Pedidos posteriores a la fecha del informe",
      .row_rejected = "Filas apartadas",
      .row_cancelled = "Pedidos cancelados",
      .row_repeated = "Pedidos repetidos",
      .row_superseded = "Corregidos, retirados o aún no conocidos",
      .row_without = "Devoluciones de clientes sin compra",
      .row_difference = "Sin explicación",
      .row_rounding = "Perdido al redondear a la entrada (a título informativo)",
      .unmatched_note =
          "Devoluciones de {amount} no corresponden a ninguna compra anterior de su cliente; se "
          "guardan aparte y no bajan el gasto de nadie.",
      .without_customer = {"Una fila ({share} del total) no nombra a ningún cliente; no cuenta "
                           "para nadie en este informe.",
                           "{n} filas ({share} del total) no nombran a ningún cliente; no cuentan "
                           "para nadie en este informe."},
      .without_customer_amount =
          {"Una fila ({share} del total), de {amount}, no nombra a ningún cliente; no cuenta para "
           "nadie en este informe.",
           "{n} filas ({share} del total), de {amount} en conjunto, no nombran a ningún cliente; "
           "no cuentan para nadie en este informe."},
      .without_customer_share =
          "Es el {share} de todos los importes leídos, descontadas las "
          "devoluciones.",
      .reversed =
          {"Un pedido grande, de {amount}, se anuló poco después de hacerse.",
           "{n} pedidos grandes, de {amount} en conjunto, se anularon poco después de hacerse."},
      .reversed_meaning =
          "El gasto ya está libre de ellos, pero pueden ser errores: conviene revisarlos.",
      .reversed_shown = "Se muestran los {shown} mayores.",
      .reversed_caption = "Pedidos grandes anulados",
      .column_customer = "Cliente",
      .column_order = "Pedido",
      .column_ordered = "Hecho el",
      .column_order_amount = "Importe",
      .column_returned = "Anulado el",
      .column_returned_amount = "Importe anulado",
      .tables =
          {
              {"orders", "Pedidos", ""},
              {"parties", "Interlocutores", ""},
              {"party_names", "Nombres de interlocutores", ""},
              {"party_links", "Interlocutores unidos y separados", ""},
              {"contacts", "Contactos", ""},
              {"consents", "Permisos", ""},
              {"answers", "Respuestas", ""},
              {"exchange_rates", "Tipos de cambio", ""},
              {"order_lines", "Líneas de pedido", ""},
          },
  };
}

std::vector<Method> methods() {
  return {
      {"purchase_summary", "Resumen de compras",
       "Cuántas veces, cuándo por última vez y por cuánto compró cada cliente",
       "Fader, Hardie y Lee (2005)",
       "Los pedidos de un día son una compra; las devoluciones bajan la compra a la que "
       "pertenecen."},
      {"bg_nbd", "BG/NBD", "Quién sigue siendo cliente, y compras que esperar",
       "Fader, Hardie y Lee (2005), Marketing Science 24",
       "Cada cliente compra al azar a un ritmo propio y constante y puede irse tras una compra; "
       "sin temporadas ni campañas."},
      {"mbg_nbd", "MBG/NBD", "Quién sigue siendo cliente, y compras que esperar",
       "Batislam, Denizel y Filiztekin (2007), Int. J. of Research in Marketing 24",
       "Como BG/NBD, y se puede ir también tras la primera compra."},
      {"pareto_nbd", "Pareto/NBD", "Quién sigue siendo cliente, y compras que esperar",
       "Schmittlein, Morrison y Colombo (1987), Management Science 33",
       "Cada cliente compra al azar a un ritmo propio y constante y puede irse en cualquier "
       "momento; sin temporadas ni campañas."},
      {"gamma_gamma", "Gamma-Gamma", "Qué aporta una compra de cada cliente",
       "Fader y Hardie (2013)",
       "Lo que un cliente gasta cada vez no depende de cuántas veces compra ni del tiempo."},
      {"lifetime_value", "Valor de vida", "Valor esperado de cada cliente",
       "Gupta y Lehmann (2005); Fader, Hardie y Lee (2005)",
       "Margen y descuento dados; los ritmos de compra siguen como están."},
      {"relationship_stage", "Etapas de la relación", "Hasta dónde ha llegado cada relación",
       "Según Godin (1999), Permission Marketing",
       "Reglas explícitas sobre pedidos, contactos, permisos y respuestas; lo no registrado no "
       "ocurrió."},
      {"stage_forecast", "Pronóstico de etapas", "Cómo evolucionarán las etapas",
       "Cadena de Markov; Anderson y Goodman (1957)",
       "Los movimientos dependen solo de la etapa de hoy y siguen siendo igual de frecuentes."},
      {"rfm", "RFM", "Segmentos por recencia, frecuencia y dinero",
       "Hughes (1994), Strategic Database Marketing",
       "Solo el orden: las notas comparan a unos clientes con otros."},
      {"cohorts", "Cohortes", "Quién vuelve, por periodo de la primera compra",
       "Fader y Hardie (2009)",
       "Un cliente está activo en un periodo con compra, y en ningún otro."},
      {"seasonality", "Temporadas", "Cuándo en el año caen las ventas",
       "Proporción por mes del calendario",
       "Un año muestra una temporada solo si el siguiente se le parece."},
      {"concentration", "Concentración", "Cuánto representan los mayores clientes", "Lorenz (1905)",
       "Los clientes con gasto neto negativo cuentan como cero."},
      {"relationship_level", "Niveles de la relación", "Qué relación conviene a qué segmento",
       "Kotler (1994), Marketing Management",
       "Coste de los contactos y su efecto según las opciones."},
      {"next_step", "Próximo paso", "Qué hacer ahora, y qué debería aportar",
       "Ganancia esperada frente a no hacer nada",
       "Efectos y costes según las opciones; mídalos dejando a algunos sin contacto."},
  };
}

std::vector<Named> glossary() {
  return {
      {"as_of", "A fecha de", "El final de ese día; nada posterior se usó para las cifras."},
      {"cohort", "Cohorte", "Clientes cuya primera compra cayó en el mismo periodo."},
      {"customer", "Cliente",
       "Un interlocutor con al menos una compra hasta la fecha del informe."},
      {"purchase", "Compra", "Todos los pedidos de un cliente en un periodo, por defecto un día."},
      {"refund", "Devolución", "Rebaja el gasto de la compra a la que pertenece."},
      {"stake", "En juego", "Lo que se esperaría de más si fuera seguro que el cliente se queda."},
      {"stage", "Etapa",
       "Atención, permiso, participación o lealtad: hasta dónde ha llegado una relación."},
      {"gain", "Ganancia esperada",
       "Lo que un paso debería aportar más que no hacer nada, según suman sus motivos."},
      {"spend", "Gasto", "Lo que un cliente pagó por sus compras, descontadas devoluciones."},
      {"repeat", "Cliente habitual",
       "Un cliente con compras en al menos dos periodos distintos (por defecto, en dos días)."},
      {"interval", "Intervalo",
       "Un margen que debería contener el valor verdadero con la probabilidad indicada."},
      {"rfm", "Nota RFM",
       "De 1 a 5 en recencia, frecuencia o dinero; 5 es el mejor quinto de los clientes."},
      {"party", "Interlocutor",
       "Una persona u organización que los registros nombran, haya comprado o no."},
      {"p_alive", "Aún cliente",
       "La probabilidad de que la relación no haya terminado, dado cuándo y cuántas veces compró."},
      {"slipping", "Se aleja",
       "Un cliente habitual que no está ni probablemente seguro ni probablemente perdido."},
      {"value", "Valor esperado",
       "Lo que el cliente debería aportar en los meses indicados, con todas las probabilidades."},
      {"sales", "Ventas",
       "Importes de los pedidos de un mes, menos las devoluciones que llegaron en él."},
  };
}

MethodWords method_words() {
  return {
      .title = "Cómo se ha calculado",
      .no_model =
          "Todo en este informe se cuenta a partir de los registros; no se usó ningún modelo.",
      .purchase_model =
          "Quién sigue siendo cliente y cuántas compras esperar viene del modelo {model}, ajustado "
          "por máxima verosimilitud",
      .spend_model =
          "Lo que aporta una compra viene del modelo {model}, ajustado por máxima verosimilitud",
      .fitted_to = " a las compras de {n} clientes",
      .value =
          "El valor de un cliente es lo que deberían aportar sus compras en un plazo de {months}, "
          "al {margin} de su precio{discount}.",
      .intervals =
          "Los intervalos ({level}) dicen lo bien que estos datos dan a conocer los parámetros de "
          "los modelos. Lo que hace un cliente concreto varía mucho más.",
      .not_converged =
          "El ajuste del modelo {model} no convergió: {reason}. Sus números no deben usarse.",
      .chosen_by_test =
          "De los modelos de compras que se pudieron ajustar, {model} es el que mejor predijo los "
          "pedidos posteriores al {day} a partir de los anteriores.",
      .chosen_as_good = "Casi igual de bien lo hicieron: {models}.",
      .chosen_by_fit =
          "De los modelos de compras, {model} es el que mejor describe los pedidos; no fue posible "
          "una prueba con pedidos posteriores.",
      .chosen_alone = "{model} es el único modelo de compras que se pudo ajustar.",
      .no_discount = ", sin descuento",
      .discount = ", descontado al {rate} anual",
      .caption = "Parámetros de los modelos",
      .column_model = "Modelo",
      .column_parameter = "Parámetro",
      .column_estimate = "Estimación",
      .column_error = "Error estándar",
      .column_likelihood = "Log-verosimilitud",
      .column_customers = "Clientes",
      .fits_caption = "Ajustes",
      .column_state = "Estado",
      .state_converged = "convergió",
      .column_iterations = "Iteraciones",
      .methods_caption = "Medidas y modelos de este informe",
      .column_method = "Método",
      .column_says = "Para qué se usa",
      .column_source = "Fuente",
      .column_assumes = "Qué supone",
      .glossary_caption = "Palabras usadas",
      .column_term = "Palabra",
      .column_meaning = "Significado",
      .models =
          {
              {"bg_nbd", "BG/NBD", ""},
              {"gamma_gamma", "Gamma-Gamma", ""},
              {"pareto_nbd", "Pareto/NBD", ""},
              {"mbg_nbd", "MBG/NBD", ""},
              {"nbd", "NBD", ""},
              {"bg_bb", "BG/BB", ""},
          },
      .methods = methods(),
      .glossary = glossary(),
  };
}

CardWords card_words() {
  return {
      .subtitle = "Cliente {id}, al cierre del {as_of}",
      .bought = "{orders}, por {spend} tras devoluciones, del {first} al {last}.",
      .bought_once = "{orders}, por {spend} tras devoluciones, el {first}.",
      .never_bought = "No ha comprado nada hasta el {as_of}.",
      .alive = "La probabilidad de que siga siendo cliente es del {share}.",
      .stage = "Etapa de la relación: {stage}.",
      .stage_since = "Etapa de la relación: {stage}, desde el {since}.",
      .rank_worth = "Puesto {rank} de {of} por el valor esperado en un plazo de {months}.",
      .rank_purchases = "Puesto {rank} de {of} por las compras esperadas en un plazo de {period}.",
      .rank_spend = "Puesto {rank} de {of} por el gasto hasta ahora.",
      .step = "Próximo paso: {step}, antes del {due} ({channel}).",
      .step_undated = "Próximo paso: {step}.",
      .gain = "Se espera una ganancia de {gain}.",
      .gain_range = "Se espera una ganancia de {gain} (intervalo del {level}: {range}).",
      .left_alone = "Ahora no se aconseja ningún paso.",
      .label_orders = "Pedidos",
      .label_spend = "Gasto hasta ahora",
      .label_alive = "Probablemente aún cliente",
      .label_purchases = "Compras esperadas",
      .label_value = "Valor esperado",
      .stage_title = "Etapa",
      .history_title = "Qué ha comprado",
      .scores_title = "Qué esperar",
      .advice_title = "Qué hacer",
      .rank_title = "Entre todos los clientes",
      .no_stage = "No se conoce ninguna etapa.",
      .no_history = "No se compró ni devolvió nada hasta la fecha de la ficha.",
      .no_scores = "No hay pronóstico para este cliente.",
      .no_advice = "No se determinó ningún próximo paso.",
      .no_rank = "Quien no ha comprado no tiene puesto.",
      .history_chart = "Importes por periodo",
      .history_alt = "Importes comprados por periodo, de {first} a {last}; el mayor es de {most}.",
      .axis_period = "Periodo",
      .axis_amount = "Importe",
      .series_bought = "Comprado",
      .history_caption = "Pedidos por periodo",
      .column_period = "Periodo",
      .column_orders = "Pedidos",
      .column_bought = "Comprado",
      .column_returned = "Devuelto",
      .scores_caption = "Puntuaciones",
      .column_score = "Puntuación",
      .column_value = "Valor",
      .column_low = "Mínimo",
      .column_high = "Máximo",
      .row_alive = "Probabilidad de seguir siendo cliente",
      .row_purchases = "Compras en un plazo de {period}",
      .row_spend = "Gasto por compra",
      .row_value = "Valor en un plazo de {months}",
      .reasons_caption = "De qué se compone la ganancia esperada",
      .column_reason = "Motivo",
      .column_part = "Parte de la ganancia",
      .column_meaning = "Por qué",
      .row_total = "Ganancia esperada",
      .reasons =
          {
              {"baseline", "Un cliente típico", ""},
              {"value", "Lo que vale este cliente", ""},
              {"chance", "La ocasión que se presenta", ""},
              {"effect", "Lo que consigue el paso", ""},
              {"response", "Cómo responde este cliente", ""},
              {"freshness", "Tiempo desde el último contacto", ""},
              {"cost", "Coste del paso", ""},
              {"capacity", "Capacidad disponible", ""},
          },
  };
}

/// See phrases.h.
std::vector<Phrase> phrases() {
  return {
      {"the data do not determine the parameters: the likelihood is flat in some direction; use "
       "more customers, a longer time or a simpler model",
       "los datos no determinan los parámetros; hacen falta más clientes, más tiempo o un modelo "
       "más sencillo"},
      {"the data do not determine the parameters: the curvature of the likelihood is singular",
       "los datos no determinan los parámetros: la curvatura de la verosimilitud es singular"},
      {"the likelihood could not be raised further, although its slope is not zero",
       "la verosimilitud no se pudo elevar más, aunque su pendiente no es cero"},
      {"the maximum was not reached within max_iterations",
       "el máximo no se alcanzó en las iteraciones permitidas"},
      {"no customer was observed for any time: every T is 0",
       "ningún cliente se observó durante tiempo alguno"},
      {"nobody bought again: without repeat purchases neither the purchase rate nor the dropout "
       "can be estimated",
       "nadie volvió a comprar: sin compras repetidas no se puede estimar cada cuánto se compra ni "
       "cuándo se va un cliente"},
      {"nobody bought again: there is no purchase rate to estimate",
       "nadie volvió a comprar: no hay ritmo de compra que estimar"},
      {"one customer alone does not determine the parameters",
       "un solo cliente no determina los parámetros"},
      {"all customers have the same frequency and value",
       "todos los clientes tienen la misma frecuencia y el mismo importe medio"},
      {"there are no customers to fit {model} on", "no hay clientes a los que ajustar el modelo"},
      {"there are no repeat customers with a positive monetary_value to fit gamma_gamma on",
       "ningún cliente habitual ha gastado más de lo que se le devolvió"},
      {"spend varies so much between customers that no mean exists (q <= 1)",
       "el gasto varía tanto entre clientes que no existe una media (q \u2264 1)"},
      {"nobody bought up to the date of the report", "nadie compró hasta la fecha del informe"},
      {"{reason}; the option model = auto tries the others",
       "{reason}; con la opción model = auto se probarían los demás modelos"},
      {"a grows without end: every customer seems to leave with the same probability; the data "
       "show no spread of the dropout",
       "todos los clientes parecen irse con la misma probabilidad"},
      {"{parameter} falls to 0: the likelihood keeps rising as nobody leaves; the data show no "
       "customers who stopped buying, so a model without dropout describes them",
       "los datos no muestran clientes que dejaran de comprar"},
      {"b grows without end: the data show no customers who stopped buying, or no spread of the "
       "dropout probability",
       "los datos no muestran clientes que dejaran de comprar, o la probabilidad de irse no "
       "difiere entre ellos"},
      {"b falls to 0: every repeat customer seems to leave after the first repeat purchase",
       "todo cliente que vuelve parece irse tras la primera compra repetida"},
      {"b falls to 0: every customer seems to leave after the first purchase",
       "todo cliente parece irse tras la primera compra"},
      {"r grows without end: all customers seem to buy at the same rate; the data show no spread "
       "of the purchase rate",
       "todos los clientes parecen comprar al mismo ritmo"},
      {"r falls to 0: too few customers bought again to determine the purchase rate",
       "muy pocos clientes volvieron a comprar para determinar el ritmo de compra"},
      {"{parameter} grows without end: all customers seem to buy at the same rate, or too few "
       "bought again to determine it",
       "todos los clientes parecen comprar al mismo ritmo, o muy pocos volvieron a comprar para "
       "determinarlo"},
      {"alpha falls to 0: purchases follow the first one too closely to determine a purchase rate",
       "las compras siguen tan de cerca a la primera que no dan un ritmo de compra"},
      {"s grows without end: all customers seem to leave at the same rate; the data show no spread "
       "of the dropout",
       "todos los clientes parecen irse al mismo ritmo"},
      {"beta grows without end: the data show no customers who stopped buying, or no spread of the "
       "dropout rate",
       "los datos no muestran clientes que dejaran de comprar, o el ritmo de marcha no difiere "
       "entre ellos"},
      {"beta falls to 0: every customer who leaves seems to do so at once",
       "todo cliente que se va parece hacerlo enseguida"},
      {"p grows without end: the purchases of a customer all seem to cost the same",
       "las compras de un mismo cliente parecen costar todas lo mismo"},
      {"p falls to 0: the spend of single purchases varies too widely for the model",
       "el gasto de cada compra varía demasiado para el modelo"},
      {"{parameter} grows without end: all customers seem to have the same mean spend",
       "todos los clientes parecen tener el mismo gasto medio"},
      {"{parameter} falls to 0: the mean spend varies too widely between customers for the model",
       "el gasto medio varía demasiado entre clientes para el modelo"},
      {"the model knows no leaving: everybody counts as a customer for good",
       "el modelo no conoce marchas: todos cuentan como clientes para siempre"},
      {"q is not above 1: customers without a repeat purchase have no mean spend, so no expected "
       "spend or lifetime value is given for them",
       "q no es mayor que 1: para los clientes sin compra repetida no existe un gasto medio, así "
       "que no se les da valor"},
      {"frequency and monetary_value are correlated; the model takes them as independent, so "
       "lifetime values are biased",
       "quien compra más a menudo gasta cada vez más, o menos; el modelo los toma por "
       "independientes, así que los valores en dinero están sesgados"},
      {"monetary_value must be a finite amount, 0 or more, where frequency is above 0; take "
       "refunds into account before the mean is formed",
       "el gasto medio de un cliente habitual es inferior a 0"},
      {"is missing", "falta"},
      {"is missing: a row needs an amount, or quantity and unit_price",
       "falta: una fila necesita un importe, o cantidad y precio unitario"},
      {"is not a finite number", "no es un número finito"},
      {"is not a number", "no es un número"},
      {"is not a whole number", "no es un número entero"},
      {"is not a whole number, so it cannot be an id",
       "no es un número entero, así que no puede ser un identificador"},
      {"is too large", "es demasiado grande"},
      {"is neither 0 nor 1", "no es ni 0 ni 1"},
      {"is neither true nor false", "no es ni verdadero ni falso"},
      {"lies outside the years 1 to 9999", "está fuera de los años 1 a 9999"},
      {"is not a date that can be read", "no es una fecha legible"},
      {"is not a date written as yyyymmdd", "no es una fecha de ocho cifras (año, mes y día)"},
      {"is not one of: {words}", "no es ninguno de estos valores: {words}"},
      {"is out of range: it must be at least {number} and at most {number_most}",
       "está fuera de rango: debe ser al menos {number} y como mucho {number_most}"},
      {"is out of range: it must be at least {number}",
       "está fuera de rango: debe ser al menos {number}"},
      {"is out of range: it must be at most {number}",
       "está fuera de rango: debe ser como mucho {number}"},
      {"is out of range: nps is from 0 to 10",
       "está fuera de rango: una recomendación va de 0 a 10"},
      {"is not UTF-8 text; save the file in UTF-8",
       "no es texto UTF-8; guarde el archivo en UTF-8"},
      {"{value} is not a decimal number; expected digits with a point before the decimals, such as "
       "-1234.50, without separators of thousands, exponent, blanks or currency sign",
       "no es un importe; se esperaban cifras con punto decimal, como -1234.50, y nada más"},
      {"the amount {value} is beyond the largest that is accepted, {largest} in either direction",
       "supera el mayor importe admitido, {largest}"},
      {"the amount is NaN (not a number); leave it out or make it null", "no es un número"},
      {"the amount is infinite", "es infinito"},
      {"lies outside 1900-01-01 .. 2199-12-31: check the date, its order of day and month, or a "
       "placeholder",
       "está fuera de los años 1900 a 2199: revise la fecha, el orden de día y mes, o un valor de "
       "relleno"},
      {"lies after the fact's own recorded_at, {day}: check the date, or time_zone where one of "
       "the two is an instant",
       "es posterior al día en que se registró"},
      {"is refused: {reason}", "{reason}"},
      {"{value} is not a currency of ISO 4217; expected three letters such as EUR",
       "no es una moneda de la norma ISO 4217; se esperaban tres letras, como EUR"},
      {"is {currency} and the reporting currency is {home}: give exchange_rates from {from} to "
       "{to}",
       "es {currency} y el informe está en {home}: hacen falta tipos de cambio de {from} a {to}"},
      {"is {currency} and the reporting currency is {home}, and exchange_rates has no rate of the "
       "pair on or before {day}",
       "es {currency} y el informe está en {home}: los tipos de cambio empiezan más tarde"},
      {"is absurdly large in the reporting currency",
       "es demasiado grande en la moneda del informe"},
      {"times unit_price is absurdly large", "por el precio unitario es demasiado grande"},
      {"repeats row {number}, with the same customer, time and amount",
       "repite otra fila, con el mismo cliente, momento e importe"},
      {"already stands in row {number} with another customer, time or amount; a table of order "
       "lines needs a column line or product_id",
       "ya figura en otra fila, con otro cliente, momento o importe"},
      {"names the party itself", "nombra al propio interlocutor"},
      {"closes a circle of merges", "cierra un círculo de uniones"},
      {"repeats the fact of row {number}", "repite el hecho de otra fila"},
      {"names a fact that the table does not hold", "nombra un hecho que la tabla no contiene"},
      {"facts recorded after known_at are not seen",
       "los hechos registrados después del momento elegido no cuentan"},
      {"cancelled orders do not count; the amount is theirs, in their own currency",
       "los pedidos cancelados no cuentan"},
      {"orders with the status returned count as spend unless a row with a negative amount takes "
       "them back; the amount is theirs, in their own currency",
       "los pedidos con estado de devuelto cuentan como gasto si ninguna fila con importe negativo "
       "los anula"},
      {"computed amounts were rounded to the minor unit; the amount is what rounding left out",
       "los importes calculados se redondearon a la menor unidad de la moneda"},
      {"values of {column} were rounded to the minor unit; the amount is what rounding left out",
       "los valores de {column} se redondearon a la menor unidad de la moneda"},
      {"rows were set aside for their {column}; the amount is theirs, in their own currency",
       "se apartaron filas con importe por su {column}"},
      {"lines of orders that are not in orders, or not at as_of, are not seen",
       "las líneas de pedidos que no están entre los pedidos hasta la fecha del informe no "
       "cuentan"},
      {"facts lie after as_of and were not seen",
       "los hechos posteriores a la fecha del informe no cuentan"},
      {"orders after as_of are not seen",
       "los pedidos posteriores a la fecha del informe no cuentan"},
      {"orders after as_of are not seen; up to holdout_until they are the hold-out",
       "los pedidos posteriores a la fecha del informe sirven solo para comprobar el pronóstico"},
      {"orders after holdout_until are not used at all",
       "los pedidos posteriores al periodo de la prueba no se usan"},
      {"one purchase, on {day}", "una compra, el {day}"},
      {"{number} purchases, first on {day_first}, last on {day_last}",
       "{number} compras, la primera el {day_first} y la última el {day_last}"},
      {"{number} orders, first on {day_first}, last on {day_last}",
       "{number} pedidos, el primero el {day_first} y el último el {day_last}"},
      {"silent for {number} days", "en silencio desde hace {number} días"},
      {"with contacts and answers, probability of still being a customer {number}",
       "con contactos y respuestas, probabilidad de seguir siendo cliente: {number}"},
      {"the last purchase was delivered late, on {day}",
       "la última compra se entregó tarde, el {day}"},
      {"would recommend: {number} of 10", "recomendaría: {number} de 10"},
      {"1 referral, last on {day}", "una recomendación, el {day}"},
      {"{number} referrals, last on {day}", "{number} recomendaciones, la última el {day}"},
      {"answered {number} of {number_all} contacts of the year",
       "respondió a {number} de {number_all} contactos del año"},
      {"complaint of {day} still open", "queja del {day} aún abierta"},
      {"1 consent in force since {day}", "un permiso en vigor desde el {day}"},
      {"{number} consents in force since {day}", "{number} permisos en vigor desde el {day}"},
      {"permission withdrawn on {day}", "permiso retirado el {day}"},
      {"consents are not known", "no se conocen los permisos"},
      {"no consent", "sin permiso"},
      {"answered on {day}", "respondió el {day}"},
      {"known since {day}", "se le conoce desde el {day}"},
      {"no purchase", "ninguna compra"},
      {"won by: none", "llegó sin incentivo"},
      {"won by: gift", "llegó por un regalo"},
      {"won by: lottery", "llegó por un sorteo"},
      {"won by: price", "llegó por el precio"},
      {"won by: quality", "llegó por la calidad"},
      {"won by: advice", "llegó por un consejo"},
  };
}

Words make_spanish() {
  return {
      .language = "es",
      .numbers = number_words(),
      .page = page_words(),
      .units = unit_words(),
      .headline = headline_words(),
      .figures = figure_words(),
      .forecast = forecast_words(),
      .stages = stage_words(),
      .moves = move_words(),
      .stage_forecast = stage_forecast_words(),
      .rfm = rfm_words(),
      .cohorts = cohort_words(),
      .season = season_words(),
      .products = product_words(),
      .levels = level_words(),
      .audiences = audience_words(),
      .concentration = concentration_words(),
      .slipping = slipping_words(),
      .tracking = tracking_words(),
      .advice = advice_words(),
      .quality = quality_words(),
      .method = method_words(),
      .card = card_words(),
      .phrases = phrases(),
  };
}

}  // namespace

const Words& spanish_words() {
  static const Words& words = *new Words(make_spanish());
  return words;
}

}  // namespace fidelia::report
