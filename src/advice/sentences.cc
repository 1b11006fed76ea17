// SPDX-License-Identifier: Apache-2.0
#include "src/advice/sentences.h"

namespace fidelia::advice {
namespace {

constexpr Sentences kEnglish = {
    .decimal = ".",
    .separator = "; ",
    .steps = {"leave alone", "hand over to a person", "apologise", "call after the sale", "thank",
              "welcome", "second purchase", "replenishment", "cross-selling", "win back",
              "ask for a referral", "ask for permission"},
    .means = {"message", "call", "visit", "letter", "next contact"},
    .hand_over_complaint = "the complaint of {day} is open: a person takes it up",
    .hand_over_late = "the delivery of {day} came late: a person takes it up",
    .hand_over_slipping =
        "very valuable and slipping, last purchase on {day}: a person takes it up",
    .apologise_late = "the delivery of {day} came late: apologise",
    .apologise_solved =
        "the complaint of {day} was answered on {answered}: apologise, and see that all is well",
    .call_after_sale = "bought on {day} and not called since: ask whether all is well",
    .thank_referral = "thank for the referral of {day}",
    .thank_order = "thank for the purchase of {day}",
    .thank_recommendation = "thank for the recommendation, {nps} of 10 on {day}",
    .welcome_order = "first purchase on {day}: welcome",
    .welcome_permission = "gave leave to be contacted on {day}: welcome",
    .second_purchase = "bought once, on {day}: invite to the second",
    .replenishment = "buys every {gap} days, last on {day}, so the next is due on {due}: remind",
    .cross_sell =
        "{product} is bought {lift} times as often by such customers as by others: offer it",
    .cross_sell_because =
        "who buys {because} buys {product} {lift} times as often as others: offer it",
    .win_back = "{n} purchases, last on {day}, and probably gone: win back",
    .referral_nps = "loyal and satisfied, {nps} of 10 on {day}: ask for a referral",
    .referral_attached = "loyal and attached with probability {attachment}: ask for a referral",
    .ask_permission =
        "has not given leave to be contacted: ask when they next call, visit or order",
    .gain = "expected to gain {gain}",
    .gain_range = "expected to gain {gain}, from {low} to {high} by what the scores know",
    .worth = "worth {worth} while a customer, which is so with probability {chance}",
    .worth_back = "worth {worth} if won back, gone with probability {chance}",
    .prospect = "has not bought yet",
    .complaint_closed = "the complaint of {day} is open and no channel is",
    .no_gain = "no step gains more than it costs; the best, {step}, would gain {gain}",
    .no_capacity =
        "capacity: {step} would gain {gain}, but no {means} is free in the next {weeks} weeks",
    .nothing_due = "no step is due",
    .moved = "was due on {day}, and waits for a free {means}",
    .contacted = "last contacted on {day}",
    .service_without_consent = "service, which needs no consent",
    .permitted = "permitted: {consents}",
    .consents_assumed = "consents are not known and are taken as given",
    .consents_refused = "consents are not known and are not taken as given",
    .withdrawn = "permission withdrawn on {day}",
    .asked_once = "asked for permission once, on {day}",
    .asked_more = "asked for permission {n} times, last on {day}",
    .baseline =
        "a typical customer: worth {worth}, chance {chance}, assumed effect {effect} %, "
        "cost {cost}",
    .value_own = "worth {worth} while a customer, typical {typical}",
    .value_back = "worth {worth} if won back, typical {typical}",
    .value_newcomer = "whom the customer may bring is worth {worth}, as typical",
    .value_prospect = "worth {worth} as a prospect, typical {typical}",
    .chance_alive = "probability of still being a customer {chance}, typical {typical}",
    .chance_gone = "probability of being gone {chance}, typical {typical}",
    .effect_usual = "assumed effect {effect} %, as for all",
    .effect_written = "in writing: assumed effect {effect} % instead of {typical} %",
    .effect_offer = "bought {lift} times as often: assumed effect {effect} % of {typical} %",
    .effect_back =
        "silent for {days} days, gone with probability {chance}: assumed effect "
        "{effect} % instead of {typical} %",
    .response = "answered {reached} of {tries} contacts of the year; usual share {usual}",
    .response_unknown = "no contacts of the last year are known",
    .response_urgent = "not looked at: the customer is owed it",
    .not_contacted = "no contact by the company is known",
    .cost = "{channel} costs {cost}, usual {typical}",
};

constexpr Sentences kSpanish = {
    .decimal = ",",
    .separator = "; ",
    .steps = {"dejar en paz", "pasar a una persona", "disculparse", "llamar tras la venta",
              "agradecer", "dar la bienvenida", "segunda compra", "reposición", "venta cruzada",
              "recuperar", "pedir una recomendación", "pedir permiso"},
    .means = {"mensaje", "llamada", "visita", "carta", "próximo contacto"},
    .hand_over_complaint = "la queja del {day} sigue abierta: una persona se hace cargo de ella",
    .hand_over_late = "la entrega del {day} llegó tarde: una persona se hace cargo",
    .hand_over_slipping =
        "muy valioso y a punto de irse, última compra el {day}: una persona se hace cargo",
    .apologise_late = "la entrega del {day} llegó tarde: disculparse",
    .apologise_solved =
        "la queja del {day} se atendió el {answered}: disculparse y comprobar que "
        "todo está en orden",
    .call_after_sale =
        "compró el {day} y nadie lo ha llamado desde entonces: preguntar si todo "
        "está en orden",
    .thank_referral = "agradecer la recomendación a otra persona, del {day}",
    .thank_order = "agradecer la compra del {day}",
    .thank_recommendation = "agradecer la valoración, {nps} de 10 el {day}",
    .welcome_order = "primera compra el {day}: dar la bienvenida",
    .welcome_permission = "dio permiso de contacto el {day}: dar la bienvenida",
    .second_purchase = "compró una vez, el {day}: invitar a la segunda",
    .replenishment =
        "compra cada {gap} días, la última vez el {day}; la próxima toca el {due}: recordárselo",
    .cross_sell = "estos clientes compran {product} {lift} veces lo normal: ofrecerlo",
    .cross_sell_because =
        "quien compra {because} compra {product} {lift} veces lo normal: ofrecerlo",
    .win_back = "{n} compras, la última el {day}, y probablemente perdido: recuperar",
    .referral_nps = "leal y satisfecho, {nps} de 10 el {day}: pedir una recomendación",
    .referral_attached =
        "leal y unido a la empresa con probabilidad {attachment}: pedir una recomendación",
    .ask_permission = "no ha dado permiso de contacto: pedirlo cuando llame, visite o compre",
    .gain = "ganancia esperada {gain}",
    .gain_range = "ganancia esperada {gain}, de {low} a {high} según lo que saben los modelos",
    .worth = "vale {worth} mientras sea cliente, lo que es así con probabilidad {chance}",
    .worth_back = "vale {worth} si vuelve, perdido con probabilidad {chance}",
    .prospect = "aún no ha comprado",
    .complaint_closed = "la queja del {day} sigue abierta y ningún canal lo está",
    .no_gain = "ningún paso gana más de lo que cuesta; el mejor, {step}, ganaría {gain}",
    .no_capacity =
        "capacidad: {step} ganaría {gain}, pero no queda hueco de {means} en las "
        "próximas {weeks} semanas",
    .nothing_due = "no toca ningún paso",
    .moved = "tocaba el {day} y espera hueco de {means}",
    .contacted = "último contacto el {day}",
    .service_without_consent = "servicio, que no necesita consentimiento",
    .permitted = "permitido: {consents}",
    .consents_assumed = "no se conocen los consentimientos y se dan por otorgados",
    .consents_refused = "no se conocen los consentimientos y no se dan por otorgados",
    .withdrawn = "permiso retirado el {day}",
    .asked_once = "se pidió permiso una vez, el {day}",
    .asked_more = "se pidió permiso {n} veces, la última el {day}",
    .baseline =
        "un cliente típico: vale {worth}, probabilidad {chance}, efecto supuesto "
        "{effect} %, coste {cost}",
    .value_own = "vale {worth} mientras sea cliente, lo típico es {typical}",
    .value_back = "vale {worth} si vuelve, lo típico es {typical}",
    .value_newcomer = "a quien pueda traer vale {worth}, como es típico",
    .value_prospect = "vale {worth} como cliente potencial, lo típico es {typical}",
    .chance_alive = "probabilidad de seguir siendo cliente {chance}, lo típico es {typical}",
    .chance_gone = "probabilidad de haberse ido {chance}, lo típico es {typical}",
    .effect_usual = "efecto supuesto {effect} %, como para todos",
    .effect_written = "por escrito: efecto supuesto {effect} % en vez de {typical} %",
    .effect_offer = "se compra {lift} veces lo normal: efecto supuesto {effect} % de {typical} %",
    .effect_back =
        "{days} días en silencio, perdido con probabilidad {chance}: efecto supuesto "
        "{effect} % en vez de {typical} %",
    .response = "respondió a {reached} de {tries} contactos del año; proporción habitual {usual}",
    .response_unknown = "no se conocen contactos del último año",
    .response_urgent = "no se mira: se le debe al cliente",
    .not_contacted = "no se conoce ningún contacto de la empresa",
    .cost = "{channel} cuesta {cost}, lo habitual es {typical}",
};

constexpr Sentences kChinese = {
    .decimal = ".",
    .separator = "；",
    .steps = {"不打扰", "转交专人", "致歉", "售后回访", "致谢", "欢迎", "促成第二次购买",
              "提醒补货", "交叉销售", "挽回", "请求推荐", "征求许可"},
    .means = {"消息", "电话", "拜访", "信件", "下次联系"},
    .hand_over_complaint = "{day} 的投诉尚未处理：由专人跟进",
    .hand_over_late = "{day} 的送货迟到：由专人跟进",
    .hand_over_slipping = "价值很高但正在流失，最近一次购买在 {day}：由专人跟进",
    .apologise_late = "{day} 的送货迟到：致歉",
    .apologise_solved = "{day} 的投诉已于 {answered} 答复：致歉并确认一切妥当",
    .call_after_sale = "{day} 购买后尚未回访：询问是否一切满意",
    .thank_referral = "感谢 {day} 的推荐",
    .thank_order = "感谢 {day} 的购买",
    .thank_recommendation = "感谢好评，{day} 打分 {nps}（满分 10）",
    .welcome_order = "{day} 首次购买：表示欢迎",
    .welcome_permission = "{day} 同意接受联系：表示欢迎",
    .second_purchase = "只在 {day} 购买过一次：邀请再次购买",
    .replenishment = "每 {gap} 天购买一次，上次在 {day}，下次应在 {due}：提醒",
    .cross_sell = "此类客户购买 {product} 的可能是平常的 {lift} 倍：推荐该产品",
    .cross_sell_because =
        "购买 {because} 的客户购买 {product} 的可能是平常的 {lift} 倍：推荐该产品",
    .win_back = "购买过 {n} 次，最近一次在 {day}，很可能已流失：挽回",
    .referral_nps = "忠诚且满意，{day} 打分 {nps}（满分 10）：请求推荐",
    .referral_attached = "忠诚，真心认同的概率为 {attachment}：请求推荐",
    .ask_permission = "尚未同意接受联系：在其下次来电、来访或下单时询问",
    .gain = "预期收益 {gain}",
    .gain_range = "预期收益 {gain}，按模型所知在 {low} 至 {high} 之间",
    .worth = "作为客户价值 {worth}，仍是客户的概率为 {chance}",
    .worth_back = "若挽回价值 {worth}，已流失的概率为 {chance}",
    .prospect = "尚未购买",
    .complaint_closed = "{day} 的投诉尚未处理，但没有可用的渠道",
    .no_gain = "没有收益高于成本的步骤；最好的是“{step}”，收益为 {gain}",
    .no_capacity = "人力有限：“{step}”可得 {gain}，但未来 {weeks} 周没有空余的{means}名额",
    .nothing_due = "目前没有该做的步骤",
    .moved = "原定 {day}，等待空余的{means}名额",
    .contacted = "最近一次联系在 {day}",
    .service_without_consent = "属于服务，无需同意",
    .permitted = "已许可：{consents}",
    .consents_assumed = "是否同意未知，视为已同意",
    .consents_refused = "是否同意未知，不视为已同意",
    .withdrawn = "已于 {day} 撤回许可",
    .asked_once = "征求过一次许可，在 {day}",
    .asked_more = "征求过 {n} 次许可，最近一次在 {day}",
    .baseline = "典型客户：价值 {worth}，概率 {chance}，假设效果 {effect} %，成本 {cost}",
    .value_own = "作为客户价值 {worth}，典型为 {typical}",
    .value_back = "若挽回价值 {worth}，典型为 {typical}",
    .value_newcomer = "可能带来的新客户价值 {worth}，与典型相同",
    .value_prospect = "作为潜在客户价值 {worth}，典型为 {typical}",
    .chance_alive = "仍是客户的概率 {chance}，典型为 {typical}",
    .chance_gone = "已流失的概率 {chance}，典型为 {typical}",
    .effect_usual = "假设效果 {effect} %，对所有人相同",
    .effect_written = "书面方式：假设效果 {effect} %，而非 {typical} %",
    .effect_offer = "购买可能是平常的 {lift} 倍：假设效果 {effect} %（最多 {typical} %）",
    .effect_back = "已沉默 {days} 天，流失概率 {chance}：假设效果 {effect} %，而非 {typical} %",
    .response = "一年内 {tries} 次联系回应了 {reached} 次；通常比例 {usual}",
    .response_unknown = "没有最近一年的联系记录",
    .response_urgent = "不考虑：这是应尽的答复",
    .not_contacted = "没有公司联系客户的记录",
    .cost = "{channel} 成本 {cost}，通常为 {typical}",
};

}  // namespace

const Sentences& sentences_in(Language language) noexcept {
  switch (language) {
    case Language::es: return kSpanish;
    case Language::zh: return kChinese;
    case Language::en: break;
  }
  return kEnglish;
}

}  // namespace fidelia::advice
