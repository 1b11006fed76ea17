// SPDX-License-Identifier: Apache-2.0
#include "src/report/publics.h"

namespace fidelia::report {

std::vector<Named> spanish_publics() {
  return {
      {"large distributors", "Distribuidores grandes", "Distribuidores de gran tamaño."},
      {"medium distributors", "Distribuidores medianos", "Distribuidores de tamaño medio."},
      {"small distributors", "Distribuidores pequeños", "Distribuidores de tamaño pequeño."},
      {"consumers of large points of sale", "Consumidores de grandes puntos de venta",
       "Consumidores que compran donde vende una cuenta grande."},
      {"consumers of small points of sale", "Consumidores de pequeños puntos de venta",
       "Consumidores que compran donde vende una cuenta pequeña."},
      {"consumers who do not buy", "Consumidores que no compran", "Usan lo que compra otro."},
      {"buyers who do not consume", "Compradores que no consumen", "Compran lo que usa otro."},
      {"buyers", "Compradores", "Quienes han comprado, por su papel o por sus pedidos."},
      {"potential buyers", "Compradores potenciales",
       "Conocidos, interesados y sin compras hasta ahora."},
      {"sellers", "Vendedores", "Quienes venden para la empresa, en nómina o a comisión."},
      {"supervisors", "Supervisores", "El canal entre la empresa y sus vendedores."},
      {"internal service providers", "Proveedores internos de servicios",
       "Departamentos y personas que sirven a otros en la empresa."},
      {"staff", "Personal",
       "Todos los que trabajan en la empresa, vendedores y supervisores incluidos."},
      {"shareholders", "Accionistas", "Dueños de la empresa."},
      {"investors", "Inversores", "Quienes ponen dinero en la empresa, o podrían ponerlo."},
      {"suppliers", "Proveedores", "A quienes compra la empresa."},
      {"banks", "Bancos", "Bancos y otros prestamistas."},
      {"press", "Prensa", "Periódicos, emisoras y quienes escriben para ellos."},
      {"government", "Gobierno", "Autoridades y oficinas públicas."},
      {"legislators", "Legisladores", "Quienes hacen las normas."},
      {"competitors", "Competidores", "Quienes venden a los mismos clientes."},
      {"community", "Comunidad", "Vecinos, escuelas, asociaciones."},
  };
}

std::vector<Named> chinese_publics() {
  return {
      {"large distributors", "大型经销商", "规模大的经销商。"},
      {"medium distributors", "中型经销商", "规模中等的经销商。"},
      {"small distributors", "小型经销商", "规模小的经销商。"},
      {"consumers of large points of sale", "大型销售点的消费者", "在大型客户处购买的消费者。"},
      {"consumers of small points of sale", "小型销售点的消费者", "在小型客户处购买的消费者。"},
      {"consumers who do not buy", "不购买的消费者", "使用他人所购之物的人。"},
      {"buyers who do not consume", "不消费的购买者", "为他人购买的人。"},
      {"buyers", "购买者", "按角色或订单可知买过的人。"},
      {"potential buyers", "潜在购买者", "已知、有兴趣、尚未购买的人。"},
      {"sellers", "销售人员", "为公司销售的人，领薪或拿佣金。"},
      {"supervisors", "主管", "公司与销售人员之间的渠道。"},
      {"internal service providers", "内部服务提供者", "在公司内为他人服务的部门和人员。"},
      {"staff", "员工", "在公司工作的所有人，包括销售人员和主管。"},
      {"shareholders", "股东", "公司的所有者。"},
      {"investors", "投资者", "向公司投资或可能投资的人。"},
      {"suppliers", "供应商", "公司向其采购者。"},
      {"banks", "银行", "银行和其他贷款人。"},
      {"press", "新闻界", "报纸、广播电视及为其撰稿的人。"},
      {"government", "政府", "当局和政府机构。"},
      {"legislators", "立法者", "制定规则的人。"},
      {"competitors", "竞争者", "向同样客户销售者。"},
      {"community", "社区", "邻居、学校、社团。"},
  };
}

}  // namespace fidelia::report
