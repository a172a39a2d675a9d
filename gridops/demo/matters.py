"""What residents of the invented street say, and what they are answered. ``{where}`` and ``{when}`` are filled in."""

from __future__ import annotations

from dataclasses import dataclass

WHEN = ("昨天晚上", "今天一早", "这两天", "连着三四天了", "从上周开始", "刚才路过时", "每天傍晚", "周末两天")


@dataclass(frozen=True)
class Matter:
    """``spot``: compound or street. ``weight``: how often it comes."""

    category: str
    spot: str
    texts: tuple[str, ...]
    results: tuple[str, ...]
    kind: str = "complaint"
    weight: int = 2


MATTERS = (
    Matter("E0110", "street", ("{where}{when}堆着好几袋生活垃圾，味道很大，麻烦清一下。", "{when}{where}有人把厨余袋子丢在树下，野猫都翻开了。"),
           ("垃圾已清运，地面冲洗干净。", "已清走散落的袋子，并在旁边补了一只分类桶。"), weight=6),
    Matter("E0192", "compound", ("{where}的垃圾桶{when}都是满的，盖子合不上。", "{where}桶满了没人收，{when}袋子一直堆到路上。"),
           ("已加收一趟，投放高峰改为每天三次清运。", "桶已清空，增设一只周转桶。"), weight=4),
    Matter("E0112", "street", ("{where}{when}地上一片油渍，走路打滑。", "{where}路面全是落叶和泥，{when}没有人扫。"),
           ("路面已冲洗，油污用木屑吸附后清除。", "已安排机扫，保洁频次已调整。")),
    Matter("E0113", "street", ("{where}人行道缺了三块砖，老人容易绊倒。", "{where}路面有个坑，{when}下雨积水看不出来。"),
           ("缺砖已补齐，接缝用砂浆填实。", "坑洞已用冷补料修补，列入下月整修。"), weight=4),
    Matter("E0111", "compound", ("{where}门口{when}倒了一堆装修渣土，没有围起来。", "有车半夜往{where}旁边空地卸碎砖。"),
           ("渣土已清运，责任人已约谈。", "现场清理完毕，出入口装了限高杆。")),
    Matter("E0117", "street", ("{where}绿化带里都是塑料袋和纸盒。", "{when}{where}花坛被踩秃了一片，还扔了垃圾。"),
           ("绿化带垃圾已捡净。", "已清理并补种麦冬。")),
    Matter("E0128", "street", ("{where}的店铺{when}放音响，吵得没法休息。", "{where}烧烤店门口{when}拉客喊麦到半夜。"),
           ("已上门劝导，店家拆除门口音箱。", "连续三晚复查，声音已降下来。"), weight=3),
    Matter("E0136", "street", ("{where}商铺把货箱堆在人行道上，轮椅过不去。", "{when}{where}堆了一人高的纸板。"),
           ("货箱已搬回店内，划了责任区。", "纸板已清走。")),
    Matter("E0201", "compound", ("{where}楼道墙上{when}又贴满开锁和贷款的小广告。", "{where}的单元门被喷了电话号码。"),
           ("小广告已铲除，墙面补刷。", "喷涂处已覆盖，号码已移交停机。")),
    Matter("E0401", "street", ("{where}{when}有人摆摊卖水果，路口都堵了。", "{where}流动摊点收摊后留了一地菜叶。"),
           ("摊贩已劝离，引导到疏导点经营。", "已安排晚高峰驻点看护。"), weight=3),
    Matter("E0405", "street", ("{where}的五金店把样品摆到盲道上。", "{when}{where}几家店跨门营业，只剩一条缝走路。"),
           ("已收回店内，当场整改。", "签了门前责任书，三日内回访。")),
    Matter("E0409", "street", ("{where}{when}停了两排车，公交车都拐不过来。", "{where}消防通道边上又停满了车。"),
           ("已现场贴单并拖移一辆。", "违停车辆已驶离，增设隔离柱。"), weight=5),
    Matter("E0410", "street", ("{where}共享单车和电瓶车把人行道占满了。", "{when}{where}的单车倒成一片。"),
           ("车辆已摆正，停放线重新划过。", "已清运多余单车四十余辆。"), weight=3),
    Matter("E0503", "compound", ("{where}门前下水道{when}往外冒污水。", "{where}雨水井堵了，积水到脚踝。"),
           ("管道已疏通，清出淤泥半车。", "井内树根已切除，排水恢复。"), weight=3),
    Matter("E0304", "street", ("{where}旁边工地{when}尘土飞扬，窗户不敢开。",), ("工地已加盖防尘网并开雾炮。",)),
    Matter("E0301", "street", ("{where}工地{when}半夜还在打桩。",), ("已责令夜间停工，处罚程序办理中。",)),
    Matter("E2104", "compound", ("{where}里外来车占了固定车位，{when}回家没处停。", "{where}拐角停车挡住垃圾车出入。"),
           ("物业已核对车牌，外来车辆改为临停限时。", "拐角已装反光柱。"), weight=4),
    Matter("E2106", "compound", ("{where}车棚里僵尸自行车太多，新车塞不进去。", "{where}门厅里停满自行车。"),
           ("废旧车已挂牌清理二十二辆。", "门厅车辆已移入车棚。")),
    Matter("E2203", "compound", ("{where}电梯{when}停运，家里有坐轮椅的老人。", "{where}电梯门关不上，一直报警。"),
           ("更换门机皮带后恢复运行。", "维保单位已修复，试运行一天正常。"), weight=3),
    Matter("E2204", "compound", ("{where}顶楼漏水，{when}下雨天花板都湿了。", "{where}楼上水管渗到我家厨房。"),
           ("屋面裂缝已补，闭水试验通过。", "已换接头，渗水停止。")),
    Matter("E2209", "compound", ("{where}单元门禁坏了，{when}谁都能进。",), ("门禁主板已更换。",)),
    Matter("E2210", "compound", ("{where}路灯{when}不亮，晚上黑漆漆的。", "{where}楼道感应灯坏了三层。"),
           ("灯泡和线路已更换。", "三层感应灯已修好。"), weight=3),
    Matter("E2211", "compound", ("{where}门口井盖松了，车压过去咣当响。",), ("井盖已更换并加装防坠网。",)),
    Matter("E2301", "compound", ("{where}三楼楼道堆满纸箱，走火了怎么办。", "{where}楼梯口放了旧冰箱和婴儿车。"),
           ("楼道物品已清空。", "旧家电由志愿者帮忙搬走。"), weight=3),
    Matter("E2302", "compound", ("{where}有人从四楼拉线下来给电瓶车充电。", "{when}{where}窗口又垂下来充电线。"),
           ("飞线已拆除，告知楼下充电桩位置。", "已剪除并上门讲解。"), weight=3),
    Matter("E2305", "compound", ("{where}消防栓里没有水带。",), ("水带和枪头已配齐。",)),
    Matter("E2406", "compound", ("{where}独居老人想请人帮忙理发、量血压。", "母亲八十六岁住{where}，想申请助餐送上门。"),
           ("志愿者已上门，约定每月一次。", "助餐卡已办好，明天开始送餐。"), kind="help", weight=3),
    Matter("E2411", "compound", ("{where}六层楼没有电梯，想问加装要怎么发起。",), ("已组织楼组意见征询，送达办理指引。",), kind="help"),
    Matter("C0137", "street", ("{where}路灯{when}一闪一闪。",), ("镇流器已更换。",)),
    Matter("C0305", "street", ("{where}果壳箱的门掉了。",), ("箱体已更换。",)),
    Matter("C0402", "street", ("{where}行道树的枯枝快掉下来了。",), ("枯枝已修剪。",)),
    Matter("E0201", "street", ("{where}电线杆贴了一圈小广告。",), ("已清除。",), kind="suggestion", weight=1),
)
EMERGENCIES = (
    Matter("E0502", "compound", ("{where}楼下闻到很浓的煤气味！", "{where}厨房外墙的燃气管在嘶嘶响。"),
           ("立管接头已更换，复测无泄漏，恢复供气。", "已关阀换表，检测合格。"), kind="help"),
    Matter("E0501", "street", ("{where}水管爆了，水一直冲到马路上。",), ("爆管段已更换，恢复供水。",)),
    Matter("E2202", "compound", ("{where}电梯困人，里面有两个孩子！",), ("十二分钟内解救，人员无碍，电梯停用检修。",), kind="help"),
    Matter("E0506", "street", ("{where}积水没过膝盖，车熄火了。",), ("泵车到场抽排，井口垃圾已清。",)),
    Matter("E2405", "compound", ("{where}独居的老邻居敲门没人应，电话也不接。",), ("民警开门，老人低血糖，已送医平稳。",), kind="help"),
)
# People are accused: nobody is told by a machine that he is.
ACCUSING = (
    Matter("E2101", "compound", ("{where}楼上有人往下扔烟头和饮料瓶，{when}差点砸到人。",), ("逐户告知并加装朝天摄像头，未再发生。",)),
    Matter("E2107", "compound", ("{where}楼上{when}装修电钻，跳绳到半夜。",), ("双方约定安静时段，已签和解书。",)),
    Matter("E2201", "compound", ("{where}一套房子住了十几个人，天天吵。",), ("隔断已拆除，租客已妥善搬离。",), kind="tipoff"),
)
# Without a category; a clerk finds it.
UNSORTED = (
    Matter("E0196", "compound", ("{where}有人自己装地锁占车位。",), ("地锁已拆。",)),
    Matter("E0107", "street", ("{where}行道树之间拉绳晒被子。",), ("绳子已拆，告知晾晒点。",)),
    Matter("E2110", "compound", ("{where}好几只流浪狗追小孩。",), ("已联系收容两只，余下继续布控。",)),
    Matter("E2112", "compound", ("{where}花坛边老鼠窜来窜去。",), ("已投放毒饵站并封堵鼠洞。",)),
)
QUESTIONS = (
    ("consult", "想问一下居住证续签要带什么材料，社区能办吗？", "带身份证和租赁备案，到社区事务受理中心二号窗口，当场办结。"),
    ("consult", "小孩明年入学，登记是什么时候开始？", "以教育部门当年公告为准，通常四月网上登记，居委会会张贴通知。"),
    ("consult", "家门口的口袋公园晚上几点关灯？", "亮灯到二十二点，冬季提前半小时。"),
    ("suggestion", "建议在{where}加一张长椅，老人买菜回来可以歇脚。", "建议已采纳，列入第四季度微更新清单。"),
    ("suggestion", "希望社区食堂晚市延长到七点半。", "已与食堂商量，下月起试行一个月。"),
    ("praise", "表扬{where}的楼组长，下大雨帮大家搬沙袋。", "谢谢，已转告本人和居民区党组织。"),
    ("praise", "网格员帮我找回走失的外婆，非常感谢。", "感谢认可，已向当班网格员转达。"),
)
REFERRALS = (
    ("地铁站厅里的自动售货机吞了我的钱。", "other_authority", "轨道交通运营单位", "此事由轨道交通运营单位受理，已转去并告知其热线。"),
    ("邻街道的高架声屏障坏了。", "other_street", "相邻街道", "地点在相邻街道，已移送并留有接收记录。"),
    ("我和开发商的合同纠纷想请你们判。", "court", "人民法院", "合同纠纷请向法院起诉，附上诉讼服务中心地址。"),
)
REJECTIONS = (
    ("随便试试这个系统好不好用。", "not_a_matter", "内容没有具体诉求，未予立案；有需要可随时再反映。"),
    ("{where}有人贴了很多传单，到处都是。", "no_fact", "两次到现场查看均未发现，请补充照片后再反映。"),
    ("楼下的猫长得太丑了。", "not_a_matter", "这不是我们能办的事，谢谢理解。"),
)
