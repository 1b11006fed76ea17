// SPDX-License-Identifier: Apache-2.0
//
// The report in Chinese, in simplified characters. There are no plural forms: both say the same.
#include "src/report/publics.h"
#include "src/report/words.h"

namespace fidelia::report {
namespace {

/// A text without forms for one and many.
constexpr Amounted any(std::string_view text) { return {text, text}; }

NumberWords number_words() {
  return {
      .thousands = ",",
      .grouped_from = 4,
      .decimal = ".",
      .percent = "{n}%",
      .money = "{currency}\u00a0{n}",
      .below_percent = "不到{n}",
      .above_percent = "超过{n}",
      .range = "{low}至{high}",
      .value_range = "{value}（{range}）",
      .list_comma = "、",
      .list_and = "和",
      .full_stop = "。",
      .sentence_gap = "",
      .clause_gap = "；",
      .day = "{year}年{month}月{day}日",
      .month = "{year}年{month}月",
      .month_of_year = "{year}年{name}",
      .axis_month = "%Y年%-m月",
      .months = {"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月",
                 "12月"},
  };
}

PageWords page_words() {
  return {
      .title = "客户关系",
      .title_of = "{company}：客户关系",
      .subtitle = "截至{as_of}",
      .generated_by = "Fidelia {version}",
      .labels =
          {
              {"as_of", "截至", ""},
              {"headline", "要点", ""},
              {"contents", "目录", ""},
              {"search", "在表中搜索", ""},
              {"search_hint", "姓名、步骤、理由……", ""},
              {"show_all", "显示全部{n}行", ""},
              {"show_first", "只显示前{n}行", ""},
              {"rows_shown", "显示{n}行中的{shown}行", ""},
              {"nothing_found", "没有符合的行。", ""},
              {"no_script", "图表需要 JavaScript。每张图的内容另有文字说明。", ""},
              {"download", "保存为 CSV", ""},
              {"download_hint", "保存当前显示的行", ""},
              {"missing", "无数值", ""},
              {"skip", "跳到报告正文", ""},
          },
  };
}

UnitWords unit_words() {
  return {
      .second = any("{n}秒"),
      .minute = any("{n}分钟"),
      .hour = any("{n}小时"),
      .day = any("{n}天"),
      .week = any("{n}周"),
      .month = any("{n}个月"),
      .quarter = any("{n}个季度"),
      .year = any("{n}年"),
  };
}

HeadlineWords headline_words() {
  return {
      .unnamed = "客户{id}",
      .no_customers = "截至{as_of}还没有人购买，因此暂无可报告的内容。",
      .customers = any("截至{as_of}，有{n}位客户购买过：{orders}，扣除退款后共{spend}。"),
      .orders = any("{n}笔订单"),
      .customers_only = any("截至{as_of}，有{n}位客户购买过。"),
      .alive_one = "其仍是客户的概率为{share}。",
      .alive = "其中约有{n}位（{share}）很可能仍是客户。",
      .alive_repeaters = {"有1位客户再次购买，其仍是客户的概率为{share}。",
                          "在{n}位再次购买的客户中，约有{alive}位（{share}）很可能仍是客户。"},
      .singles = any("其余{n}位只买过一次，看不出有多少人会再来。"),
      .expect = "预计未来{period}内还有{purchases}次购买，未来{months}内这些客户将带来{value}。",
      .expect_money_only = "预计这些客户未来{months}内将带来{value}。",
      .expect_purchases_only = "预计未来{period}内还有{purchases}次购买。",
      .slipping_money = any("有{n}位回头客正在流失，涉及{stake}。"),
      .slipping_plain = any("有{n}位回头客正在流失。"),
      .slipping_who = "其中风险最大的是{customer}：{stake}。",
      .nobody_slipping = "目前没有回头客正在流失。",
      .first_step = "请从{customer}开始：{step}，在{due}之前，预计收益{gain}。",
      .first_step_due = "请从{customer}开始：{step}，在{due}之前。",
      .first_step_gain = "请从{customer}开始：{step}，预计收益{gain}。",
      .all_steps = {"这是唯一建议的步骤。", "共有{n}位客户有下一步，合计预计收益{gain}。"},
      .no_step = "目前不建议采取任何步骤。",
      .holdout_missed = "请谨慎看待预测：用之后的数据检验，预测没有命中（见“{section}”）。",
      .top = "消费最多的20%客户（{n}位）贡献了消费额的{share}。",
      .season = "最近一个完整年度的销售额有{share}集中在{first}至{last}。",
      .moved = "自{from}以来，{moves}。",
      .reversed = any("有{n}笔大额订单（合计{amount}）下单后不久即被撤销，看来是误操作。"),
      .nobody_named = "有{share}的行（{rows}行）没有写明客户，在本报告中不计入任何人。",
  };
}

FigureWords figure_words() {
  return {
      .customers = "客户",
      .customers_note = "{repeaters}位再次购买（{share}）",
      .alive = "很可能仍是客户",
      .alive_note = "占全部的{share}；为各人概率之和",
      .alive_of = "{n}位中的{alive}位",
      .alive_of_note = "占再次购买者的{share}",
      .purchases = "预计购买次数",
      .purchases_note = "未来{period}",
      .value = "预计价值",
      .value_note = "未来{months}",
      .range_note = "；{level}区间{range}",
      .stake = "面临风险",
      .stake_note = any("涉及{n}位正在流失的客户"),
      .top = "前20%的客户贡献",
      .top_note_expected = "占预计价值",
      .top_note_spend = "占迄今消费额",
      .steps = "建议的下一步",
      .steps_note = "预计收益{gain}",
      .spend = "迄今消费额",
      .spend_note = "扣除退款，{orders}",
  };
}

ForecastWords forecast_words() {
  return {
      .not_converged =
          "购买模型无法拟合这些数据（{reason}"
          "）。因此本报告不作预测：不说明谁仍是客户，也不说明可以期待什么。",
      .no_model_fits =
          "没有购买模型能拟合这些数据：{list}"
          "。因此本报告不作预测：不说明谁仍是客户，也不说明可以期待什么。",
      .model_and_reason = "{models}（{reason}）",
      .none = "本报告不作预测：{reason}",
      .none_plain = "本报告不作预测，因为没有拟合购买模型。",
      .no_value = "不预测金额：{reason}",
      .no_value_plain = "不预测金额，因为没有拟合消费模型；改为计算购买次数。",
      .no_value_not_converged = "不预测金额，因为消费模型无法拟合（{reason}）；改为计算购买次数。",
      .no_value_heavy =
          "不预测金额：客户之间的消费差异过大，拟合的消费模型（q \u2264 "
          "1）没有均值；改为计算购买次数。",
      .nobody_repeats = "还没有人第二次购买。没有重复购买，任何模型都无法判断谁仍是客户。",
      .weak_leaving =
          "请谨慎看待仍是客户的比例：这些数据几乎无法确定客户何时离开（{model}：{parameter} 为 "
          "{value}，标准误 {error}）。",
      .nobody_leaves =
          "在这些数据里几乎看不到有人离开，因此无法据此确定仍是客户的比例（{model}：{parameter} 为 "
          "{value}，标准误 {error}）。",
      .weak_rate =
          "请谨慎看待预计购买次数：这些数据几乎无法确定客户多久购买一次（{model}：{parameter} 为 "
          "{value}，标准误 {error}）。",
      .weak_spend =
          "请谨慎看待金额：这些数据几乎无法确定客户之间的消费差异（{model}：{parameter} 为 "
          "{value}，标准误 {error}）。",
      .without_value = any("有{n}位客户的价值无法估计，按零计算。"),
  };
}

StageWords stage_words() {
  return {
      .title = "关系所处的阶段",
      .none = "没有计算阶段，因此无法说明各段关系进展到哪里。",
      .summary = any("根据订单、联系、许可和回答中的证据，判定了{n}个往来对象所处的阶段。"),
      .largest = "最大的阶段是“{stage}”，有{n}个（{share}）。",
      .value_in = "预期最多的来自“{stage}”阶段：占全部的{share}。",
      .chart = "各阶段的数量",
      .alt = "各阶段数量的条形图：{list}。",
      .caption = "各阶段：从初次知晓到忠诚",
      .column_stage = "阶段",
      .column_parties = "数量",
      .column_share = "占比",
      .column_buyers = "买过的",
      .column_value = "预计价值",
      .column_purchases = "预计购买次数",
      .column_spend = "迄今消费额",
      .column_meaning = "含义",
      .column_fallen = "已退回",
      .fallen = any("其中{n}个曾处于更后的阶段，如今已退回。"),
      .flow_chart = "从先前所处的阶段（左）到今天的阶段（右）",
      .flow_alt = "已退回者的流向图。{list}。",
      .names =
          {
              {"attention", "关注", "知道我们，或已沉默。"},
              {"permission", "许可", "同意接收我们的消息，并说明想要什么。"},
              {"participation", "参与", "购买并参与。"},
              {"loyalty", "忠诚", "一再光顾，并愿意告诉朋友。"},
          },
  };
}

MoveWords move_words() {
  return {
      .title = "自{from}以来的变化",
      .since = "从{from}到{until}，{moves}。",
      .stayed = any("{n}个往来对象保持原阶段"),
      .up = any("{n}个前进"),
      .down = any("{n}个退回"),
      .fresh = any("新增{n}个"),
      .dropped = any("{n}个不再列入"),
      .chart = "从当时的阶段（左）到现在的阶段（右）",
      .alt = "阶段之间的流向图：{list}。",
      .flow = "{from}到{to}：{n}",
      .unknown = "当时未知",
      .matrix_caption = "阶段之间的移动",
      .column_then = "从{from}（行）到{until}（列）",
      .column_sum = "合计",
      .figures_caption = "两个日期的数字",
      .column_figure = "数字",
      .column_change = "变化",
      .repeaters = "回头客",
      .alive = "其中很可能仍是客户",
      .orders = "订单",
  };
}

StageForecastWords stage_forecast_words() {
  return {
      .title = "各阶段的走向",
      .text = "如果往来对象继续像迄今这样移动，到{at}将有：{list}。",
      .line = "{stage}{then}（目前{now}）",
      .chart = "各阶段的数量：今天与预测",
      .alt = "各阶段数量的折线图：{list}。",
      .axis = "数量",
      .caption = "各阶段的预测，含{level}区间",
      .column_at = "日期",
      .note = "之后新增的往来对象按迄今的速度计入。",
  };
}

RfmWords rfm_words() {
  return {
      .title = "最近购买、频率与金额",
      .summary =
          "有{n}位客户（{share}）在最近购买和购买频率两方面都位居前五分之二，贡献了消费额的{spend}"
          "。",
      .nobody_best = "没有客户在最近购买和购买频率两方面都位居前五分之二。",
      .chart = "按最近购买和频率划分的客户；颜色表示其占消费额的比例",
      .alt = "{all}位客户按最近购买和频率得分（1至5）的热力图。两项均为4或5的有{n}位。",
      .axis_recency = "最近购买（5为最近）",
      .axis_frequency = "频率（5为最频繁）",
      .cell = "{n}位客户，{spend}（占消费额的{share}）",
      .caption = "细分",
      .column_segment = "细分",
      .column_customers = "客户",
      .column_share = "占比",
      .column_spend = "迄今消费额",
      .column_spend_share = "占消费额",
      .column_meaning = "含义",
      .segments =
          {
              {"champions", "冠军客户", "刚买过，买得勤，也买得多。"},
              {"loyal", "忠实客户", "买得勤，也买得好。"},
              {"potential_loyal", "潜在忠实客户", "最近买过，而且不止一次。"},
              {"new", "新客户", "刚买过，目前还不多。"},
              {"promising", "有希望", "最近买过，目前还不多。"},
              {"need_attention", "需要关注", "中等买家，开始迟迟不来。"},
              {"about_to_sleep", "即将沉睡", "买得少，最近也没来。"},
              {"at_risk", "有流失风险", "曾经买得勤，已久未光顾。"},
              {"cannot_lose", "不能失去", "属于最好的客户，沉默得也最久。"},
              {"hibernating", "休眠", "曾偶尔购买，已久未光顾。"},
              {"lost", "已流失", "很久以前买过一点。"},
          },
  };
}

CohortWords cohort_words() {
  return {
      .title = "他们会回来吗？",
      .text = "在时间足够长、可以判断的客户中，{list}。",
      .after = "首次购买{period}后的那一期有{share}购买",
      .young = "还没有一批客户满一个完整周期。",
      .chart = "各批客户在首次购买后各期再次购买的比例（%）",
      .alt = "各批客户留存率的热力图。全部批次中，{list}。",
      .axis_cohort = "首次购买",
      .axis_period = "首次购买后的期数（{units}）",
      .caption = "各批客户在首次购买后相应时间购买的比例",
      .column_cohort = "首次购买",
      .column_customers = "客户",
      .note = "客户在每个有购买的周期都计入，因此比例可能再次上升。截至日期尚未结束的周期不计。",
  };
}

SeasonWords season_words() {
  return {
      .title = "何时购买",
      .peak = "{from}至{until}的销售额（{sales}）有{share}集中在{first}至{last}。",
      .low = "最弱的月份是{month}，占{share}。",
      .even = "若平均分布，三个月应占25.0%，一个月应占8.3%。",
      .short_history = "已知{n}个月的销售额，不足以判断季节性：那需要十二个完整的月份。",
      .advice =
          "因此请按日历安排库存、人员和活动，不要把旺季的上升当作增长，也不要把旺季的结束当作客户流"
          "失。",
      .chart = "各月销售额，退货在其发生的月份扣除",
      .alt = "各月销售额的柱状图；最高为{month}，{sales}。",
      .axis_month = "月份",
      .axis_sales = "销售额",
      .group_peak = "最旺的三个月",
      .group_other = "年度其他月份",
      .group_outside = "不在年度内",
      .caption = "各月销售额",
      .column_month = "月份",
      .column_sales = "销售额",
      .column_share = "占年度",
      .column_orders = "订单",
      .outside_note = "年度指最近十二个完整的月份。之前的月份和尚未结束的月份没有占比。",
  };
}

ProductWords product_words() {
  return {
      .title = "购买什么",
      .summary = {"售出1种产品。", "售出{n}种产品；卖得最好的{top}种贡献了销售额的{share}。"},
      .chart = "卖得最好的产品",
      .alt = "产品条形图，从卖得最好的开始：{list}。",
      .caption = "按销售额排列的产品",
      .column_product = "产品",
      .column_sales = "销售额",
      .column_share = "占比",
      .column_orders = "订单",
      .column_customers = "客户",
      .shown = "表中显示{n}种产品中的前{shown}种。",
  };
}

LevelWords level_words() {
  return {
      .title = "与谁保持何种关系",
      .summary =
          "关系的类型取决于一个细分有多少客户、每位客户带来多少毛利：少而富的值得结为伙伴，多而薄的"
          "只需好产品。",
      .classes = "A类客户带来前80%的毛利，B类带来其后的15%，C类为其余。",
      .margin_expected = "毛利指预计客户今后12个月的价值。",
      .margin_past = "因没有金额预测，毛利指客户迄今平均每年带来的数额。",
      .margin_all = "全部消费额都计为毛利，因为选项margin和订单都未说明赚取多少。",
      .margin_told = "按消费额的{share}计。",
      .margin_recorded = "依订单的毛利或成本，按消费额的{share}计。",
      .terms =
          "假定：一条消息花费{message}，一次电话{call}，一次拜访{visit}；被动型增加毛利{reactive}，"
          "负责型{accountable}，能动型{proactive}，伙伴型{partnership}。",
      .totals = "保持这些层次每年花费{cost}，假定增加毛利{gain}。",
      .caption = "各细分的关系层次",
      .column_segment = "细分",
      .column_customers = "客户",
      .column_margin = "每位年毛利",
      .column_level = "层次",
      .column_contacts = "每年联系",
      .column_kept = "应联系中已联系",
      .column_cost = "每年成本",
      .column_gain = "每年增益",
      .column_meaning = "所承担的义务",
      .kept = "{kept}/{n}",
      .matrix_caption = "按毛利和客户数的层次，括号中为所在细分",
      .column_number = "客户数",
      .not_judged = "因没有贵方与客户联系的记录，不判断哪些联系已逾期。",
      .overdue = any("有{n}次按层次应有的联系已逾期。"),
      .none_overdue = "没有按层次应有的联系逾期。",
      .overdue_caption = "逾期的联系",
      .column_customer = "客户",
      .column_id = "编号",
      .column_duty = "应做事项",
      .column_due = "应于",
      .column_worth = "每年毛利",
      .shown = "表中显示{n}项中的前{shown}项。",
      .names =
          {
              {"basic", "基本型", "售出后不再联系。"},
              {"reactive", "被动型", "请客户有问题就来电。"},
              {"accountable", "负责型", "售后一段时间致电询问是否满意。"},
              {"proactive", "能动型", "不时致电，介绍更好的用法和新产品。"},
              {"partnership", "伙伴型", "长期合作，为客户节省开支。"},
          },
      .duties =
          {
              {"after_sale_message", "消息：请客户有问题就来电", ""},
              {"after_sale_call", "电话：询问售后是否满意", ""},
              {"regular_call", "电话：介绍更好的用法和新产品", ""},
          },
      .margins = {{"low", "毛利低", ""}, {"medium", "毛利中", ""}, {"high", "毛利高", ""}},
      .numbers = {{"few", "少", ""}, {"medium", "中", ""}, {"many", "多", ""}},
  };
}

AudienceWords audience_words() {
  return {
      .title = "受众",
      .summary = any("共有{n}类受众；最大的是{largest}，有{members}名成员。"),
      .caption = "各类受众及其成员",
      .column_audience = "受众",
      .column_members = "成员",
      .column_share = "占比",
      .column_buyers = "买过的",
      .column_spend = "迄今消费额",
      .column_value = "预计价值",
      .column_meaning = "包括谁",
      .parties = "占比以已知的{n}方计；一方可属于多类。",
      .names = chinese_publics(),
      .groups = {{"region", "地区：", ""}, {"culture", "文化：", ""}},
  };
}

ConcentrationWords concentration_words() {
  return {
      .title = "价值在哪里",
      .none = "还没有可以分摊的消费额或预计价值。",
      .expected = "最有价值的20%客户（{n}位）预计将带来未来{months}价值的{share}。",
      .expected_purchases = "最活跃的20%客户（{n}位）预计将占未来{period}购买次数的{share}。",
      .spend = "在迄今的消费额中，{share}来自消费最多的20%客户。",
      .largest = "最大的单个客户占{share}。",
      .only_one = "只有一位客户，代表全部。",
      .advice_high = "这么少的客户承载这么多，失去几位就会有感觉：请记住他们每个人的名字。",
      .advice_low = "没有哪一小群客户支撑业务：为所有人做的事比为少数人做的事更重要。",
      .chart = "占总额的比例，客户由大到小排列",
      .alt = "累计比例曲线。{parts}",
      .alt_expected = "最大的20%客户占预期的{share}。",
      .alt_spend = "最大的20%客户占以往消费额的{share}。",
      .axis_customers = "客户比例",
      .axis_quantity = "占总额比例",
      .series_value = "预计价值",
      .series_purchases = "预计购买次数",
      .series_spend = "迄今消费额",
      .series_equal = "人人相等",
  };
}

SlippingWords slipping_words() {
  return {
      .title = "谁在流失，风险多大",
      .none_without_model =
          "没有拟合的购买模型，就不能说谁在流失：沉默多久算太久，取决于每位客户自己的节奏。",
      .none_without_repeats = "没有人买过两次，因此无法区分沉默与间歇。",
      .nobody =
          "目前没有回头客正在流失：要么很可能仍是客户（{safe}及以上），要么很可能已离开（低于{gone}"
          "）。",
      .summary = any("有{n}位回头客存疑：其仍是客户的概率介于{gone}与{safe}之间。预期为{expected}"
                     "；若关系都能确保，还会多出{stake}。这就是面临的风险。"),
      .summary_plain = any("有{n}位回头客存疑：其仍是客户的概率介于{gone}与{safe}之间。"),
      .meaning_money = "{value}",
      .meaning_purchases = "{value}次购买",
      .safe = any("{n}位回头客很可能稳定（{safe}及以上）"),
      .gone = any("{n}位很可能已离开（低于{gone}）。"),
      .single = "只买过一次的客户（{n}位）不在其内：一次购买看不出节奏，也就谈不上落后。",
      .bands_chart = "按仍是客户的概率划分的回头客",
      .bands_alt =
          "按仍是客户的概率划分的回头客柱状图：{safe}位很可能稳定，{slipping}位正在流失，{gone}"
          "位很可能已离开。",
      .axis_bands = "仍是客户的概率",
      .axis_customers = "回头客",
      .band = "{low}\u2013{high}%",
      .class_gone = "很可能已离开",
      .class_slipping = "正在流失",
      .class_safe = "很可能稳定",
      .map_chart = "按沉默时间和购买次数划分的客户；颜色表示仍是客户的平均概率",
      .map_alt =
          "客户按距上次购买的时间和购买次数的热力图：曾经买得勤而沉默的人，比买得少的人更可能已经离"
          "开。",
      .axis_silence = "沉默时间（{units}）",
      .axis_purchases = "购买次数",
      .map_band = "{low}\u2013{high}",
      .map_cell = "{n}位客户，平均{share}",
      .chart_money = "风险最大：客户留下时的价值，以及其中存疑的部分",
      .chart_purchases = "风险最大：客户留下时的购买次数，以及其中存疑的部分",
      .alt = "风险最大的{n}位流失中客户的条形图，从{first}（{stake}）开始。",
      .series_expected = "预期",
      .series_stake = "面临风险",
      .caption = "风险最大的流失中客户",
      .column_customer = "客户",
      .column_id = "编号",
      .column_last = "上次购买",
      .column_orders = "订单",
      .column_spend = "迄今消费额",
      .column_alive = "仍是客户",
      .column_expected_money = "预计价值",
      .column_expected_purchases = "预计购买次数",
      .column_stake_money = "面临风险",
      .column_stake_purchases = "存疑的购买次数",
  };
}

TrackingWords tracking_words() {
  return {
      .title = "预测可靠吗？",
      .none = "没有随时间变化的购买记录可与模型比较。",
      .fitted =
          "截至{as_of}有{actual}次重复购买；用同一时期拟合的模型给出{fitted}（{difference}）。",
      .fitted_without_model = "截至{as_of}有{actual}次重复购买。",
      .no_holdout = "没有留出之后的数据，因此预测未经检验。曲线只说明模型对其拟合数据描述得如何。",
      .predicted =
          "仅凭截至{as_of}的记录，模型预测{from}至{until}有{predicted}次重复购买，有{level}"
          "的概率介于{low}与{high}之间。",
      .actual = "实际为{actual}次。",
      .held = "区间命中：预测偏差{difference}（占实际数的{share}）。",
      .missed_low =
          "区间未命中：预测偏低{difference}（占实际数的{share}），实际购买多于区间所允许。",
      .missed_high =
          "区间未命中：预测偏高{difference}（占实际数的{share}），实际购买少于区间所允许。",
      .missed_meaning =
          "因此请把本报告的预测看作客户的排序，而不是精确的数字：之后的时期（季节、价格、活动）有些"
          "方面与模型拟合的时期不同。",
      .total_chart = "开始以来的重复购买：实际与模型",
      .total_alt =
          "{from}至{until}累计重复购买的折线图：数据末尾实际为{actual}，图末模型为{expected}。",
      .period_chart = "每{unit}的重复购买",
      .period_chart_grouped = "每{n}的重复购买",
      .period_alt = "各期重复购买的折线图：实际与模型。",
      .axis_total = "购买次数",
      .axis_period = "购买次数",
      .series_actual = "实际",
      .series_fitted = "模型，拟合",
      .series_forecast = "模型，预测",
      .series_model = "模型",
      .tooltip_until = "截至",
      .caption = "用之后的数据检验",
      .column_what = "",
      .column_value = "重复购买",
      .row_predicted = "预测",
      .row_range = "{level}区间",
      .row_actual = "实际",
      .row_difference = "实际减预测",
      .row_verdict = "结论",
      .verdict_held = "在区间内",
      .verdict_missed = "在区间外",
  };
}

AdviceWords advice_words() {
  return {
      .title = "接下来做什么",
      .none = "没有请求建议。",
      .nothing = "不建议任何步骤：目前最好不打扰任何人。",
      .summary = any("有{n}位客户有下一步。"),
      .gain = "这些步骤合计预计收益{gain}。",
      .left_alone = any("有{n}位客户目前最好不去打扰。"),
      .shown = "表中按紧迫程度显示{n}位中的前{shown}位。",
      .chart_gain = "各类步骤的预计收益",
      .chart_count = "各类步骤的客户数",
      .alt = "步骤条形图：{list}。",
      .axis_gain = "预计收益",
      .axis_count = "客户",
      .steps_caption = "步骤的类别",
      .column_step = "步骤",
      .column_parties = "客户",
      .column_gain = "预计收益",
      .column_meaning = "含义",
      .caption = "下一步，最紧迫的在前",
      .column_rank = "序号",
      .column_customer = "客户",
      .column_id = "编号",
      .column_due = "期限",
      .column_channel = "渠道",
      .column_reasons = "理由",
      .column_range = "{level}区间",
      .steps =
          {
              {"ask_permission", "征求许可", "询问对方是否愿意、以及在哪些方面接收我们的消息。"},
              {"thank", "致谢", "感谢一次购买，不推销任何东西。"},
              {"apologise", "致歉", "为送货迟到或投诉表示歉意。"},
              {"call_after_sale", "售后回访", "询问是否一切满意。"},
              {"welcome", "欢迎", "欢迎新客户或刚同意接受联系的人。"},
              {"replenishment", "提醒补货", "按其自身节奏，该再次购买了。"},
              {"cross_sell", "推荐搭配产品", "推荐他人与其所购产品一同购买的产品。"},
              {"ask_for_referral", "请求推荐", "请忠诚且满意的客户推荐他人。"},
              {"second_purchase", "争取第二次购买", "给首次购买者一个再来的理由。"},
              {"win_back", "挽回", "与沉默过久的客户交谈。"},
              {"hand_over", "转交专人", "让熟悉该客户的人接手。"},
              {"hand_over_to_person", "转交专人", "让熟悉该客户的人接手。"},
              {"leave_alone", "不打扰", "没有该做的事：请勿打扰。"},
          },
      .channels =
          {
              {"email", "电子邮件", ""},
              {"phone", "电话", ""},
              {"sms", "短信", ""},
              {"letter", "信件", ""},
              {"mail", "信件", ""},
              {"visit", "拜访", ""},
              {"next_contact", "下次联系", ""},
          },
  };
}

QualityWords quality_words() {
  return {
      .title = "记录的质量",
      .none = "不知道读入了多少行：表格是以现成结果提供的。",
      .read = any("读入{n}行。"),
      .all_good = "全部可用。",
      .rejected = any("有{n}行（{share}）被搁置，不计入本报告任何部分。"),
      .reconciles = "金额核对无误，分毫不差：输入的{input}在下面全部可以找到。",
      .differs = "金额核对不上：输入中有{difference}没有着落。在相信合计之前请先查明。",
      .not_reconciled = "输入的金额没有与本报告的合计核对。",
      .tables_caption = "读入的行",
      .column_table = "表",
      .column_rows = "行数",
      .column_rejected = "搁置",
      .column_share = "占比",
      .reasons_caption = "行被搁置的原因",
      .column_column = "列",
      .column_reason = "原因",
      .column_example = "例如",
      .column_first = "首行",
      .more_reasons = "另有{n}个原因未显示。",
      .findings_caption = "另外注意到的情况",
      .column_finding = "情况",
      .money_caption = "从输入的金额到本报告的消费额",
      .column_item = "",
      .column_amount = "金额",
      .row_input = "输入的全部金额",
      .row_spend = "本报告的消费额，扣除退款",
      .row_unmatched = "对应不上购买的退款",
      .row_after = "截至日期之后的订单",
      .row_rejected = "被搁置的行",
      .row_cancelled = "已取消的订单",
      .row_repeated = "重复的订单",
      .row_superseded = "已更正、撤回或当时未知",
      .row_without = "没有购买的客户的退款",
      .row_difference = "没有着落",
      .row_rounding = "读入时舍入的差额（仅供参考）",
      .unmatched_note = "有{amount}的退款对应不上客户之前的购买；另行保留，不减少任何人的消费额。",
      .without_customer = any("有{n}行（占全部的{share}）没有写明客户；在本报告中不计入任何人。"),
      .without_customer_amount =
          any("有{n}行（占全部的{share}）共{amount}没有写明客户；在本报告中不计入任何人。"),
      .without_customer_share = "占所读全部金额（扣除退货）的{share}。",
      .reversed = any("有{n}笔大额订单（合计{amount}）下单后不久被撤销。"),
      .reversed_meaning = "消费额已扣除这些订单，但可能是误录：请查看。",
      .reversed_shown = "只列出最大的{shown}笔。",
      .reversed_caption = "被撤销的大额订单",
      .column_customer = "客户",
      .column_order = "订单",
      .column_ordered = "下单",
      .column_order_amount = "金额",
      .column_returned = "撤销",
      .column_returned_amount = "撤销金额",
      .tables =
          {
              {"orders", "订单", ""},
              {"parties", "往来对象", ""},
              {"party_names", "往来对象名称", ""},
              {"party_links", "合并与拆分的往来对象", ""},
              {"contacts", "联系", ""},
              {"consents", "许可", ""},
              {"answers", "回答", ""},
              {"exchange_rates", "汇率", ""},
              {"order_lines", "订单行", ""},
          },
  };
}

std::vector<Method> methods() {
  return {
      {"purchase_summary", "购买汇总", "每位客户买过几次、最近何时、金额多少",
       "Fader, Hardie, Lee (2005)", "同一天的订单算一次购买；退货减少其所属的购买。"},
      {"bg_nbd", "BG/NBD", "谁仍是客户，以及预计的购买次数",
       "Fader, Hardie, Lee (2005), Marketing Science 24",
       "客户以各自稳定的速率随机购买，可能在某次购买后离开；不考虑季节和活动。"},
      {"mbg_nbd", "MBG/NBD", "谁仍是客户，以及预计的购买次数",
       "Batislam, Denizel, Filiztekin (2007), Int. J. of Research in Marketing 24",
       "同 BG/NBD，客户也可能在首次购买后离开。"},
      {"pareto_nbd", "Pareto/NBD", "谁仍是客户，以及预计的购买次数",
       "Schmittlein, Morrison, Colombo (1987), Management Science 33",
       "客户以各自稳定的速率随机购买，可能在任何时候离开；不考虑季节和活动。"},
      {"gamma_gamma", "Gamma-Gamma", "每位客户一次购买的金额", "Fader, Hardie (2013)",
       "客户每次的消费与购买频率和时间无关。"},
      {"lifetime_value", "生命周期价值", "每位客户的预计价值",
       "Gupta, Lehmann (2005); Fader, Hardie, Lee (2005)",
       "毛利和折现按所给数值；购买速率保持不变。"},
      {"relationship_stage", "关系阶段", "各段关系进展到哪里", "Godin (1999), Permission Marketing",
       "依据订单、联系、许可和回答的明确规则；没有记录的视为没有发生。"},
      {"stage_forecast", "阶段预测", "各阶段将会如何", "Markov; Anderson, Goodman (1957)",
       "移动只取决于今天的阶段，频率保持不变。"},
      {"rfm", "RFM", "按最近购买、频率和金额细分", "Hughes (1994), Strategic Database Marketing",
       "只用次序：得分是客户之间的比较。"},
      {"cohorts", "同期群", "按首次购买的时期看谁会回来", "Fader, Hardie (2009)",
       "客户只在有购买的周期算活跃。"},
      {"seasonality", "季节性", "一年中销售集中在何时", "各日历月的占比",
       "一年的数据只有在下一年相似时才说明季节性。"},
      {"concentration", "集中度", "最大的客户占多少", "Lorenz (1905)",
       "净消费为负的客户按零计算。"},
      {"relationship_level", "关系层次", "哪种关系适合哪个细分",
       "Kotler (1994), Marketing Management", "联系的成本和效果按所给选项。"},
      {"next_step", "下一步", "接下来做什么，预计收益多少", "与什么都不做相比的预计收益",
       "效果和成本按所给选项；请留出一部分客户不打扰来衡量。"},
  };
}

std::vector<Named> glossary() {
  return {
      {"as_of", "截至", "当天结束时；计算没有使用之后的任何数据。"},
      {"customer", "客户", "截至日期至少有一次购买的往来对象。"},
      {"repeat", "回头客", "至少在两个不同周期（默认为两天）有购买的客户。"},
      {"party", "往来对象", "记录中提到的个人或组织，无论是否买过。"},
      {"purchase", "购买", "客户在一个合并周期（默认为一天）内的全部订单。"},
      {"refund", "退款", "退货或贷项：减少其所属购买的消费额。"},
      {"spend", "消费额", "客户为购买支付的金额，扣除退款。"},
      {"sales", "销售额", "某月订单的金额，减去当月发生的退货。"},
      {"p_alive", "仍是客户", "根据购买的时间和次数，关系尚未结束的概率。"},
      {"value", "预计价值", "客户在所述月份内预计带来的金额，已计入所有概率。"},
      {"stake", "面临风险", "若能确保客户留下，还会多出的预期。"},
      {"slipping", "正在流失", "既不是很可能稳定、也不是很可能已离开的回头客。"},
      {"gain", "预计收益", "一个步骤比什么都不做预计多带来的金额，等于各项理由之和。"},
      {"stage", "阶段", "关注、许可、参与或忠诚：一段关系进展到哪里。"},
      {"cohort", "同期群", "首次购买落在同一时期的客户。"},
      {"rfm", "RFM 得分", "最近购买、频率或金额上的1至5分；5分为最好的五分之一客户。"},
      {"interval", "区间", "以所述概率包含真实数值的范围。"},
  };
}

MethodWords method_words() {
  return {
      .title = "计算方法",
      .no_model = "本报告的全部内容都由记录直接计数得出，没有使用模型。",
      .purchase_model = "谁仍是客户、预计购买多少次，来自 {model} 模型，用最大似然法拟合",
      .spend_model = "一次购买带来多少，来自 {model} 模型，用最大似然法拟合",
      .fitted_to = "，依据{n}位客户的购买",
      .value = "客户的价值是其未来{months}的购买预计带来的金额，按价格的{margin}计{discount}。",
      .intervals = "区间（{level}）说明这些数据对模型参数确定得如何。单个客户的行为变化要大得多。",
      .not_converged = "{model} 模型的拟合没有收敛：{reason}。其数字不得使用。",
      .chosen_by_test =
          "在能够拟合的购买模型中，{model} 根据{day}及以前的订单，对之后订单的预测最好。",
      .chosen_as_good = "{models} 的表现与之相近。",
      .chosen_by_fit = "在各购买模型中，{model} 对订单描述得最好；无法用之后的订单检验。",
      .chosen_alone = "只有 {model} 这一购买模型能够拟合。",
      .no_discount = "，不折现",
      .discount = "，按每年{rate}折现",
      .caption = "模型参数",
      .column_model = "模型",
      .column_parameter = "参数",
      .column_estimate = "估计值",
      .column_error = "标准误",
      .column_likelihood = "对数似然",
      .column_customers = "客户",
      .fits_caption = "拟合",
      .column_state = "状态",
      .state_converged = "已收敛",
      .column_iterations = "迭代次数",
      .methods_caption = "本报告使用的度量和模型",
      .column_method = "方法",
      .column_says = "用途",
      .column_source = "出处",
      .column_assumes = "假设",
      .glossary_caption = "用语",
      .column_term = "词",
      .column_meaning = "含义",
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
      .subtitle = "客户{id}，截至{as_of}",
      .bought = "{orders}，扣除退款后共{spend}，自{first}至{last}。",
      .bought_once = "{orders}，扣除退款后共{spend}，于{first}。",
      .never_bought = "截至{as_of}没有购买过。",
      .alive = "其仍是客户的概率为{share}。",
      .stage = "关系阶段：{stage}。",
      .stage_since = "关系阶段：{stage}，自{since}起。",
      .rank_worth = "按未来{months}的预计价值，在{of}位客户中排第{rank}位。",
      .rank_purchases = "按未来{period}的预计购买次数，在{of}位客户中排第{rank}位。",
      .rank_spend = "按迄今消费额，在{of}位客户中排第{rank}位。",
      .step = "下一步：{step}，在{due}之前（{channel}）。",
      .step_undated = "下一步：{step}。",
      .gain = "预计收益{gain}。",
      .gain_range = "预计收益{gain}（{level}区间{range}）。",
      .left_alone = "目前不建议采取任何步骤。",
      .label_orders = "订单",
      .label_spend = "迄今消费额",
      .label_alive = "很可能仍是客户",
      .label_purchases = "预计购买次数",
      .label_value = "预计价值",
      .stage_title = "阶段",
      .history_title = "购买记录",
      .scores_title = "可以期待什么",
      .advice_title = "该做什么",
      .rank_title = "在全部客户中",
      .no_stage = "阶段未知。",
      .no_history = "截至卡片日期没有购买或退货。",
      .no_scores = "没有这位客户的预测。",
      .no_advice = "没有计算下一步。",
      .no_rank = "没有购买过的客户没有排名。",
      .history_chart = "各期金额",
      .history_alt = "{first}至{last}各期购买金额；最多为{most}。",
      .axis_period = "时期",
      .axis_amount = "金额",
      .series_bought = "购买",
      .history_caption = "各期订单",
      .column_period = "时期",
      .column_orders = "订单",
      .column_bought = "购买",
      .column_returned = "退货",
      .scores_caption = "评分",
      .column_score = "评分",
      .column_value = "数值",
      .column_low = "下限",
      .column_high = "上限",
      .row_alive = "仍是客户的概率",
      .row_purchases = "未来{period}的购买次数",
      .row_spend = "每次购买的消费",
      .row_value = "未来{months}的价值",
      .reasons_caption = "预计收益由什么构成",
      .column_reason = "理由",
      .column_part = "收益的部分",
      .column_meaning = "原因",
      .row_total = "预计收益",
      .reasons =
          {
              {"baseline", "典型客户", ""},
              {"value", "这位客户的价值", ""},
              {"chance", "是否有机会", ""},
              {"effect", "这一步的作用", ""},
              {"response", "这位客户如何回应", ""},
              {"freshness", "距上次联系的时间", ""},
              {"cost", "这一步的成本", ""},
              {"capacity", "可用的人力", ""},
          },
  };
}

/// See phrases.h.
std::vector<Phrase> phrases() {
  return {
      {"the data do not determine the parameters: the likelihood is flat in some direction; use "
       "more customers, a longer time or a simpler model",
       "数据不足以确定参数；需要更多客户、更长时间或更简单的模型"},
      {"the data do not determine the parameters: the curvature of the likelihood is singular",
       "数据不足以确定参数：似然的曲率是奇异的"},
      {"the likelihood could not be raised further, although its slope is not zero",
       "似然无法再提高，尽管其斜率不为零"},
      {"the maximum was not reached within max_iterations", "在允许的迭代次数内没有达到最大值"},
      {"no customer was observed for any time: every T is 0", "没有任何客户被观察过一段时间"},
      {"nobody bought again: without repeat purchases neither the purchase rate nor the dropout "
       "can be estimated",
       "没有人再次购买：没有重复购买，就无法估计购买频率和流失"},
      {"nobody bought again: there is no purchase rate to estimate",
       "没有人再次购买：没有可估计的购买频率"},
      {"one customer alone does not determine the parameters", "单独一位客户不足以确定参数"},
      {"all customers have the same frequency and value", "所有客户的购买次数和平均金额都相同"},
      {"there are no customers to fit {model} on", "没有可供拟合模型的客户"},
      {"there are no repeat customers with a positive monetary_value to fit gamma_gamma on",
       "没有回头客的消费超过其退款"},
      {"spend varies so much between customers that no mean exists (q <= 1)",
       "客户之间的消费差异过大，均值不存在（q \u2264 1）"},
      {"nobody bought up to the date of the report", "截至报告日期没有人购买"},
      {"{reason}; the option model = auto tries the others",
       "{reason}；选用 model = auto 会尝试其他模型"},
      {"a grows without end: every customer seems to leave with the same probability; the data "
       "show no spread of the dropout",
       "所有客户离开的概率似乎都相同"},
      {"{parameter} falls to 0: the likelihood keeps rising as nobody leaves; the data show no "
       "customers who stopped buying, so a model without dropout describes them",
       "数据中看不到停止购买的客户"},
      {"b grows without end: the data show no customers who stopped buying, or no spread of the "
       "dropout probability",
       "数据中看不到停止购买的客户，或离开的概率没有差异"},
      {"b falls to 0: every repeat customer seems to leave after the first repeat purchase",
       "每位回头客似乎在第一次重复购买后就离开"},
      {"b falls to 0: every customer seems to leave after the first purchase",
       "每位客户似乎在首次购买后就离开"},
      {"r grows without end: all customers seem to buy at the same rate; the data show no spread "
       "of the purchase rate",
       "所有客户的购买频率似乎都相同"},
      {"r falls to 0: too few customers bought again to determine the purchase rate",
       "再次购买的客户太少，无法确定购买频率"},
      {"{parameter} grows without end: all customers seem to buy at the same rate, or too few "
       "bought again to determine it",
       "所有客户的购买频率似乎都相同，或再次购买的客户太少"},
      {"alpha falls to 0: purchases follow the first one too closely to determine a purchase rate",
       "之后的购买离首次购买太近，无法确定购买频率"},
      {"s grows without end: all customers seem to leave at the same rate; the data show no spread "
       "of the dropout",
       "所有客户离开的速率似乎都相同"},
      {"beta grows without end: the data show no customers who stopped buying, or no spread of the "
       "dropout rate",
       "数据中看不到停止购买的客户，或离开的速率没有差异"},
      {"beta falls to 0: every customer who leaves seems to do so at once",
       "离开的客户似乎都是立即离开"},
      {"p grows without end: the purchases of a customer all seem to cost the same",
       "同一客户的每次购买金额似乎都相同"},
      {"p falls to 0: the spend of single purchases varies too widely for the model",
       "单次购买的金额差异过大，模型无法描述"},
      {"{parameter} grows without end: all customers seem to have the same mean spend",
       "所有客户的平均消费似乎都相同"},
      {"{parameter} falls to 0: the mean spend varies too widely between customers for the model",
       "客户之间的平均消费差异过大，模型无法描述"},
      {"the model knows no leaving: everybody counts as a customer for good",
       "该模型不考虑流失：所有人都永远算作客户"},
      {"q is not above 1: customers without a repeat purchase have no mean spend, so no expected "
       "spend or lifetime value is given for them",
       "q 不大于1：没有重复购买的客户不存在平均消费，因此不给出其价值"},
      {"frequency and monetary_value are correlated; the model takes them as independent, so "
       "lifetime values are biased",
       "购买越勤的客户每次消费越多或越少；模型把两者视为独立，因此金额有偏差"},
      {"monetary_value must be a finite amount, 0 or more, where frequency is above 0; take "
       "refunds into account before the mean is formed",
       "有回头客的平均消费低于0"},
      {"is missing", "缺失"},
      {"is missing: a row needs an amount, or quantity and unit_price",
       "缺失：每行需要金额，或数量和单价"},
      {"is not a finite number", "不是有限的数字"},
      {"is not a number", "不是数字"},
      {"is not a whole number", "不是整数"},
      {"is not a whole number, so it cannot be an id", "不是整数，因此不能作为编号"},
      {"is too large", "过大"},
      {"is neither 0 nor 1", "既不是0也不是1"},
      {"is neither true nor false", "既不是真也不是假"},
      {"lies outside the years 1 to 9999", "不在公元1年至9999年之间"},
      {"is not a date that can be read", "不是可读的日期"},
      {"is not a date written as yyyymmdd", "不是八位数字的日期（年月日）"},
      {"is not one of: {words}", "不是以下数值之一：{words}"},
      {"is out of range: it must be at least {number} and at most {number_most}",
       "超出范围：必须在{number}与{number_most}之间"},
      {"is out of range: it must be at least {number}", "超出范围：必须不小于{number}"},
      {"is out of range: it must be at most {number}", "超出范围：必须不大于{number}"},
      {"is out of range: nps is from 0 to 10", "超出范围：推荐意愿为0到10"},
      {"is not UTF-8 text; save the file in UTF-8", "不是 UTF-8 文本；请以 UTF-8 保存文件"},
      {"{value} is not a decimal number; expected digits with a point before the decimals, such as "
       "-1234.50, without separators of thousands, exponent, blanks or currency sign",
       "不是金额；应为带小数点的数字，如 -1234.50，不含其他字符"},
      {"the amount {value} is beyond the largest that is accepted, {largest} in either direction",
       "超过可接受的最大金额 {largest}"},
      {"the amount is NaN (not a number); leave it out or make it null", "不是数字"},
      {"the amount is infinite", "是无穷大"},
      {"lies outside 1900-01-01 .. 2199-12-31: check the date, its order of day and month, or a "
       "placeholder",
       "不在1900年至2199年之间：请检查日期、日月的顺序或占位值"},
      {"lies after the fact's own recorded_at, {day}: check the date, or time_zone where one of "
       "the two is an instant",
       "晚于其记录日期"},
      {"is refused: {reason}", "{reason}"},
      {"{value} is not a currency of ISO 4217; expected three letters such as EUR",
       "不是 ISO 4217 货币；应为三个字母，如 EUR"},
      {"is {currency} and the reporting currency is {home}: give exchange_rates from {from} to "
       "{to}",
       "为 {currency}，而报告货币为 {home}：需要 {from} 兑 {to} 的汇率"},
      {"is {currency} and the reporting currency is {home}, and exchange_rates has no rate of the "
       "pair on or before {day}",
       "为 {currency}，而报告货币为 {home}：汇率开始得更晚"},
      {"is absurdly large in the reporting currency", "折合报告货币后过大"},
      {"times unit_price is absurdly large", "与单价相乘后过大"},
      {"repeats row {number}, with the same customer, time and amount",
       "与另一行重复：客户、时间和金额都相同"},
      {"already stands in row {number} with another customer, time or amount; a table of order "
       "lines needs a column line or product_id",
       "已出现在另一行，但客户、时间或金额不同"},
      {"names the party itself", "指向其自身"},
      {"closes a circle of merges", "使合并形成循环"},
      {"repeats the fact of row {number}", "与另一行的事实重复"},
      {"names a fact that the table does not hold", "指向表中不存在的事实"},
      {"facts recorded after known_at are not seen", "在选定时点之后记录的事实不计入"},
      {"cancelled orders do not count; the amount is theirs, in their own currency",
       "已取消的订单不计入"},
      {"orders with the status returned count as spend unless a row with a negative amount takes "
       "them back; the amount is theirs, in their own currency",
       "状态为已退货的订单仍计入消费额，除非另有一行负金额将其冲销"},
      {"computed amounts were rounded to the minor unit; the amount is what rounding left out",
       "计算出的金额已舍入到货币的最小单位"},
      {"values of {column} were rounded to the minor unit; the amount is what rounding left out",
       "{column} 的数值已舍入到货币的最小单位"},
      {"rows were set aside for their {column}; the amount is theirs, in their own currency",
       "有金额的行因 {column} 被搁置"},
      {"lines of orders that are not in orders, or not at as_of, are not seen",
       "截至日期的订单中没有的订单行不计入"},
      {"facts lie after as_of and were not seen", "截至日期之后的事实不计入"},
      {"orders after as_of are not seen", "截至日期之后的订单不计入"},
      {"orders after as_of are not seen; up to holdout_until they are the hold-out",
       "截至日期之后的订单只用于检验预测"},
      {"orders after holdout_until are not used at all", "检验期之后的订单完全不使用"},
      {"one purchase, on {day}", "{day}购买一次"},
      {"{number} purchases, first on {day_first}, last on {day_last}",
       "{number}次购买，首次在{day_first}，最近在{day_last}"},
      {"{number} orders, first on {day_first}, last on {day_last}",
       "{number}笔订单，首笔在{day_first}，最近在{day_last}"},
      {"silent for {number} days", "已沉默{number}天"},
      {"with contacts and answers, probability of still being a customer {number}",
       "综合联系与回应，仍是客户的概率为{number}"},
      {"the last purchase was delivered late, on {day}", "最近一次购买于{day}迟到送达"},
      {"would recommend: {number} of 10", "推荐意愿：10分中的{number}分"},
      {"1 referral, last on {day}", "推荐过1人，在{day}"},
      {"{number} referrals, last on {day}", "推荐过{number}人，最近在{day}"},
      {"answered {number} of {number_all} contacts of the year",
       "一年中的{number_all}次联系回应了{number}次"},
      {"complaint of {day} still open", "{day}的投诉尚未解决"},
      {"1 consent in force since {day}", "自{day}起有1项许可有效"},
      {"{number} consents in force since {day}", "自{day}起有{number}项许可有效"},
      {"permission withdrawn on {day}", "许可已于{day}撤回"},
      {"consents are not known", "许可情况未知"},
      {"no consent", "没有许可"},
      {"answered on {day}", "{day}有过回答"},
      {"known since {day}", "自{day}起为我们所知"},
      {"no purchase", "没有购买"},
      {"won by: none", "没有使用激励就获得"},
      {"won by: gift", "因赠品而来"},
      {"won by: lottery", "因抽奖而来"},
      {"won by: price", "因价格而来"},
      {"won by: quality", "因质量而来"},
      {"won by: advice", "因建议而来"},
  };
}

Words make_chinese() {
  return {
      .language = "zh",
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

const Words& chinese_words() {
  static const Words& words = *new Words(make_chinese());
  return words;
}

}  // namespace fidelia::report
