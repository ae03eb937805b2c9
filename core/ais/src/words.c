/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#define W(text) { text, sizeof(text) - 1 }

static xie_str word(const xie_str *list, size_t n, uint32_t code, xie_str other)
{
	return code < n ? list[code] : other;
}

/* Defines words__<name> over the rows; other: what a code outside is called. */
#define LIST(name, other, ...)                                                                             \
	xie_str words__##name(uint32_t code)                                                               \
	{                                                                                                  \
		static const xie_str list[] = { __VA_ARGS__ };                                             \
		return word(list, sizeof list / sizeof list[0], code, XIE_STR(other));                     \
	}

/* M.1371-5, annex 8, Messages 1, 2, 3: navigational status */
LIST(nav, "Not defined", W("Under way using engine"), W("At anchor"), W("Not under command"),
     W("Restricted manoeuverability"), W("Constrained by her draught"), W("Moored"), W("Aground"),
     W("Engaged in fishing"), W("Under way sailing"), W("Reserved for HSC"), W("Reserved for WIG"), W("Reserved"),
     W("Reserved"), W("Reserved"), W("Reserved"), W("Not defined"))

LIST(epfd, "INVALID EPFD", W("Undefined"), W("GPS"), W("GLONASS"), W("Combined GPS/GLONASS"), W("Loran-C"), W("Chayka"),
     W("Integrated navigation system"), W("Surveyed"), W("Galileo"))

#define FUTURE W("Reserved for future use")
#define FIVE(kind)                                                                                            \
	W(kind " - all ships of this type"), W(kind " - Hazardous category A"), W(kind " - Hazardous category B"), \
		W(kind " - Hazardous category C"), W(kind " - Hazardous category D")
#define FOUR(kind)                                                                                          \
	W(kind " - Reserved for future use"), W(kind " - Reserved for future use"),                        \
		W(kind " - Reserved for future use"), W(kind " - Reserved for future use")

/* M.1371-5, annex 8, Message 5: type of ship */
LIST(ship, "INVALID SHIP TYPE", W("Not available"), FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE,
     FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE, FUTURE,
     FIVE("Wing in ground (WIG)"), FOUR("Wing in ground (WIG)"), W("Wing in ground (WIG) - Reserved for future use"),
     W("Fishing"), W("Towing"), W("Towing: length exceeds 200m or breadth exceeds 25m"),
     W("Dredging or underwater ops"), W("Diving ops"), W("Military ops"), W("Sailing"), W("Pleasure Craft"),
     W("Reserved"), W("Reserved"),
     FIVE("High speed craft (HSC)"), FOUR("High speed craft (HSC)"),
     W("High speed craft (HSC) - No additional information"),
     W("Pilot Vessel"), W("Search and Rescue vessel"), W("Tug"), W("Port Tender"), W("Anti-pollution equipment"),
     W("Law Enforcement"), W("Spare - Local Vessel"), W("Spare - Local Vessel"), W("Medical Transport"),
     W("Ship according to RR Resolution No. 18"),
     FIVE("Passenger"), FOUR("Passenger"), W("Passenger - No additional information"),
     FIVE("Cargo"), FOUR("Cargo"), W("Cargo - No additional information"),
     FIVE("Tanker"), FOUR("Tanker"), W("Tanker - No additional information"),
     FIVE("Other Type"), FOUR("Other Type"), W("Other Type - no additional information"))

LIST(station, "INVALID STATION TYPE", W("All types of mobiles"), FUTURE, W("All types of Class B mobile stations"),
     W("SAR airborne mobile station"), W("Aid to Navigation station"), W("Class B shipborne mobile station"),
     W("Regional use and inland waterways"), W("Regional use and inland waterways"),
     W("Regional use and inland waterways"), W("Regional use and inland waterways"), FUTURE, FUTURE, FUTURE, FUTURE,
     FUTURE, FUTURE)

/* M.1371-5, annex 8, Message 21: type of aid */
LIST(aid, "INVALID NAVAID TYPE", W("Unspecified"), W("Reference point"), W("RACON"), W("Fixed offshore structure"),
     W("Spare, Reserved for future use."), W("Light, without sectors"), W("Light, with sectors"),
     W("Leading Light Front"), W("Leading Light Rear"), W("Beacon, Cardinal N"), W("Beacon, Cardinal E"),
     W("Beacon, Cardinal S"), W("Beacon, Cardinal W"), W("Beacon, Port hand"), W("Beacon, Starboard hand"),
     W("Beacon, Preferred Channel port hand"), W("Beacon, Preferred Channel starboard hand"),
     W("Beacon, Isolated danger"), W("Beacon, Safe water"), W("Beacon, Special mark"), W("Cardinal Mark N"),
     W("Cardinal Mark E"), W("Cardinal Mark S"), W("Cardinal Mark W"), W("Port hand Mark"), W("Starboard hand Mark"),
     W("Preferred Channel Port hand"), W("Preferred Channel Starboard hand"), W("Isolated danger"), W("Safe Water"),
     W("Special Mark"), W("Light Vessel / LANBY / Rigs"))

LIST(signal, "INVALID SIGNAL TYPE", W("N/A"),
     W("Serious emergency \xE2\x80\x93 stop or divert according to instructions."), W("Vessels shall not proceed."),
     W("Vessels may proceed. One way traffic."), W("Vessels may proceed. Two way traffic."),
     W("Vessels shall proceed on specific orders only."), W("Vessels in main channel shall not proceed."),
     W("Vessels in main channel shall proceed on specific orders only."),
     W("Vessels in main channel shall proceed on specific orders only."),
     W("I = \\\"in-bound\\\" only acceptable."), W("O = \\\"out-bound\\\" only acceptable."),
     W("F = both \\\"in- and out-bound\\\" acceptable."), W("XI = Code will shift to \\\"I\\\" in due time."),
     W("XO = Code will shift to \\\"O\\\" in due time."), W("X = Vessels shall proceed only on direction."))

xie_str words__route(uint32_t code)
{
	static const xie_str list[] = { W("Undefined (default)"), W("Mandatory"), W("Recommended"), W("Alternative"),
		                        W("Recommended route through ice"), W("Ship route plan") };
	return code == 31 ? XIE_STR("Cancel route identified by message linkage")
	                  : word(list, sizeof list / sizeof list[0], code, XIE_STR("Reserved for future use."));
}

LIST(idtype, "other", W("mmsi"), W("imo"), W("callsign"), W("other"))
LIST(racon, "", W("No RACON installed"), W("RACON not monitored"), W("RACON operational"), W("RACON ERROR"))
LIST(light, "", W("No light or no monitoring"), W("Light ON"), W("Light OFF"), W("Light ERROR"))
LIST(rta, "N/A", W("Operational"), W("Limited operation"), W("Out of order"), W("N/A"))
LIST(mooring, "Reserved for future use", W("Not available"), W("Port-side to"), W("Starboard-side to"),
     W("Mediterranean (end-on) mooring"), W("Mooring buoy"), W("Anchorage"), W("Reserved for future use"),
     W("Reserved for future use"))
LIST(precip, "N/A", W("reserved"), W("rain"), W("thunderstorm"), W("freezing rain"), W("mixed/ice"), W("snow"),
     W("reserved"), W("N/A"))
LIST(ice, "N/A", W("no"), W("yes"), W("reserved"), W("N/A"))
LIST(hazard, "INVALID HAZARD TYPE", W("0 blue cones/lights"), W("1 blue cone/light"), W("2 blue cones/lights"),
     W("3 blue cones/lights"), W("4 B-Flag"), W("Unknown"))
LIST(loaded, "INVALID LOAD STATUS", W("N/A (default)"), W("Unloaded"), W("Loaded"))
LIST(emma, "INVALID EMMA TYPE", W("Not Available"), W("Wind"), W("Rain"), W("Snow and ice"), W("Thunderstorm"),
     W("Fog"), W("Low temperature"), W("High temperature"), W("Flood"), W("Forest Fire"))
LIST(emma_class, "INVALID EMMA TYPE", W("Slight"), W("Medium"), W("Strong"))
LIST(emma_wind, "INVALID EMMA WIND DIRECTION", W("N/A"), W("North"), W("North East"), W("East"), W("South East"),
     W("South"), W("South West"), W("West"), W("North West"))
LIST(direction, "INVALID DIRECTION", W("Unknown"), W("Upstream"), W("Downstream"), W("To left bank"),
     W("To right bank"))
LIST(light_colour, "INVALID STATUS", W("Unknown"), W("No light"), W("White"), W("Yellow"), W("Green"), W("Red"),
     W("White flashing"), W("Yellow flashing."))

/* The first row whose code or sea-going type is the one sent: senders use either, and the ranges do not meet. */
xie_str words__eri(uint32_t code)
{
	static const struct {
		uint16_t eri, sea;
		xie_str text;
	} list[] = {
		{ 8000, 99, W("Vessel, type unknown") },
		{ 8010, 79, W("Motor freighter") },
		{ 8020, 89, W("Motor tanker") },
		{ 8021, 80, W("Motor tanker, liquid cargo, type N") },
		{ 8022, 80, W("Motor tanker, liquid cargo, type C") },
		{ 8023, 89, W("Motor tanker, dry cargo as if liquid (e.g. cement)") },
		{ 8030, 79, W("Container vessel") },
		{ 8040, 80, W("Gas tanker") },
		{ 8050, 79, W("Motor freighter, tug") },
		{ 8060, 89, W("Motor tanker, tug") },
		{ 8070, 79, W("Motor freighter with one or more ships alongside") },
		{ 8080, 89, W("Motor freighter with tanker") },
		{ 8090, 79, W("Motor freighter pushing one or more freighters") },
		{ 8100, 89, W("Motor freighter pushing at least one tank-ship") },
		{ 8110, 79, W("Tug, freighter") },
		{ 8120, 89, W("Tug, tanker") },
		{ 8130, 31, W("Tug freighter, coupled") },
		{ 8140, 31, W("Tug, freighter/tanker, coupled") },
		{ 8150, 99, W("Freightbarge") },
		{ 8160, 99, W("Tankbarge") },
		{ 8161, 90, W("Tankbarge, liquid cargo, type N") },
		{ 8162, 90, W("Tankbarge, liquid cargo, type C") },
		{ 8163, 99, W("Tankbarge, dry cargo as if liquid (e.g. cement)") },
		{ 8170, 99, W("Freightbarge with containers") },
		{ 8180, 90, W("Tankbarge, gas") },
		{ 8210, 79, W("Pushtow, one cargo barge") },
		{ 8220, 79, W("Pushtow, two cargo barges") },
		{ 8230, 79, W("Pushtow, three cargo barges") },
		{ 8240, 79, W("Pushtow, four cargo barges") },
		{ 8250, 79, W("Pushtow, five cargo barges") },
		{ 8260, 79, W("Pushtow, six cargo barges") },
		{ 8270, 79, W("Pushtow, seven cargo barges") },
		{ 8280, 79, W("Pushtow, eigth cargo barges") }, /* as gpsd spells it */
		{ 8290, 79, W("Pushtow, nine or more barges") },
		{ 8310, 80, W("Pushtow, one tank/gas barge") },
		{ 8320, 80, W("Pushtow, two barges at least one tanker or gas barge") },
		{ 8330, 80, W("Pushtow, three barges at least one tanker or gas barge") },
		{ 8340, 80, W("Pushtow, four barges at least one tanker or gas barge") },
		{ 8350, 80, W("Pushtow, five barges at least one tanker or gas barge") },
		{ 8360, 80, W("Pushtow, six barges at least one tanker or gas barge") },
		{ 8370, 80, W("Pushtow, seven barges at least one tanker or gas barg") }, /* so too */
	};
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (list[i].eri == code || list[i].sea == code)
			return list[i].text;
	return XIE_STR("Illegal ship type value.");
}
