/** The pages of each section that has several, one idea per page. */
export const HIGH_COST_CASES = [
	['/saerligt-dyre-enkeltsager/', 'Udviklingen'],
	['/saerligt-dyre-enkeltsager/refusion/', 'Hvad staten refunderer'],
	['/saerligt-dyre-enkeltsager/bevaegelser/', 'Fra måned til måned']
];

export const KEY_FIGURES = [
	['/noegletal/', 'Tabt arbejdsfortjeneste'],
	['/noegletal/ledighed/', 'Ledighed'],
	['/noegletal/selvforsyning/', 'Selvforsyning']
];

export const ECONOMY = [
	['/oekonomi/', 'Budgetopfølgning'],
	['/oekonomi/bevillinger/', 'Bevillinger'],
	['/oekonomi/bevillinger-der-udloeber/', 'Bevillinger, der udløber']
];
