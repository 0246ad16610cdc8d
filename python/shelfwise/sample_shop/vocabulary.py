"""What the sample shop sells: its categories, brands and the words of its titles. All names are invented."""

# ruff: noqa: E501 (a table reads best with a row on a line)
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    """A category without categories below it.

    `price` is the median in pounds; `days` is how long a pack lasts, 0 for things that are not used up; `peak` is the
    month of most interest, 0 when the year makes no difference; `goes_with` names the leaves whose products complete a
    purchase here; `detail` chooses the words that tell a title's variants apart.
    """

    path: str
    nouns: tuple[str, ...]
    price: float
    detail: str
    days: int = 0
    peak: int = 0
    goes_with: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rsplit(" > ", 1)[-1]

    @property
    def department(self) -> str:
        """First part of the path."""
        return self.path.split(" > ", 1)[0]


# fmt: off
LEAVES: tuple[Leaf, ...] = (
    Leaf("Home & Kitchen > Coffee > Grinders", ("Burr Grinder", "Hand Grinder", "Dosing Grinder"), 62, "finish", goes_with=("Coffee Beans", "Brewers")),
    Leaf("Home & Kitchen > Coffee > Brewers", ("Moka Pot", "French Press", "Pour-Over Set", "Espresso Maker"), 46, "finish", goes_with=("Coffee Beans", "Grinders")),
    Leaf("Home & Kitchen > Cookware > Pans", ("Frying Pan", "Sauté Pan", "Griddle", "Wok", "Casserole"), 42, "finish", goes_with=("Utensils", "Oils & Spices")),
    Leaf("Home & Kitchen > Cookware > Utensils", ("Spatula Set", "Ladle", "Tongs", "Chef's Knife", "Peeler"), 16, "finish"),
    Leaf("Home & Kitchen > Textiles > Bedding", ("Duvet Cover", "Sheet Set", "Pillow Pair", "Quilt"), 39, "colour", peak=11, goes_with=("Towels",)),
    Leaf("Home & Kitchen > Textiles > Towels", ("Bath Towel", "Hand Towel Pair", "Bath Mat", "Robe"), 19, "colour"),
    Leaf("Food & Drink > Hot Drinks > Coffee Beans", ("Whole Beans", "Ground Coffee", "Espresso Blend", "Single Origin"), 12, "roast", days=19),
    Leaf("Food & Drink > Hot Drinks > Tea", ("Loose Leaf Tea", "Tea Bags", "Herbal Infusion", "Green Tea"), 7, "botanical", days=28, peak=12),
    Leaf("Food & Drink > Pantry > Snacks", ("Nut Mix", "Oat Bars", "Rice Crackers", "Vegetable Crisps"), 5, "savoury", days=13),
    Leaf("Food & Drink > Pantry > Oils & Spices", ("Olive Oil", "Curry Paste", "Spice Blend", "Chilli Oil"), 8, "savoury", days=42),
    Leaf("Food & Drink > Breakfast > Cereal", ("Granola", "Muesli", "Porridge Oats", "Wheat Flakes"), 6, "sweet", days=17, goes_with=("Spreads",)),
    Leaf("Food & Drink > Breakfast > Spreads", ("Jam", "Marmalade", "Nut Butter", "Honey"), 5, "sweet", days=26),
    Leaf("Beauty & Care > Skin > Moisturisers", ("Day Cream", "Night Cream", "Face Oil", "Hand Cream"), 18, "scent", days=38, peak=1, goes_with=("Cleansers",)),
    Leaf("Beauty & Care > Skin > Cleansers", ("Face Wash", "Micellar Water", "Clay Mask", "Toner"), 12, "scent", days=33),
    Leaf("Beauty & Care > Hair > Shampoo", ("Shampoo", "Conditioner", "Scalp Treatment", "Hair Mask"), 9, "scent", days=27),
    Leaf("Beauty & Care > Hair > Styling Tools", ("Hair Dryer", "Straightener", "Curling Wand", "Round Brush"), 44, "colour", peak=12, goes_with=("Shampoo",)),
    Leaf("Beauty & Care > Bath > Soap", ("Bar Soap", "Hand Wash", "Body Scrub", "Bath Salts"), 6, "scent", days=24),
    Leaf("Beauty & Care > Bath > Candles", ("Scented Candle", "Reed Diffuser", "Wax Melts", "Candle Trio"), 15, "scent", peak=12),
    Leaf("Pets > Dogs > Dog Food", ("Dry Dog Food", "Wet Dog Food", "Puppy Food", "Training Treats"), 24, "protein", days=20, goes_with=("Dog Toys",)),
    Leaf("Pets > Dogs > Dog Toys", ("Rope Toy", "Chew Ring", "Fetch Ball Set", "Dog Bed"), 11, "colour", goes_with=("Dog Food",)),
    Leaf("Pets > Cats > Cat Food", ("Dry Cat Food", "Wet Cat Food", "Kitten Food", "Cat Treats"), 20, "protein", days=18, goes_with=("Cat Litter",)),
    Leaf("Pets > Cats > Cat Litter", ("Clumping Litter", "Wood Pellets", "Silica Litter"), 14, "scent", days=16),
    Leaf("Pets > Wild Birds > Feeders", ("Hanging Feeder", "Nest Box", "Bird Bath", "Feeding Station"), 22, "colour", peak=1, goes_with=("Bird Food",)),
    Leaf("Pets > Wild Birds > Bird Food", ("Seed Mix", "Suet Balls", "Sunflower Hearts", "Dried Mealworms"), 11, "pack", days=23, peak=1),
    Leaf("Electronics > Audio > Headphones", ("Over-Ear Headphones", "Earbuds", "Studio Headphones", "Sports Earphones"), 72, "colour", peak=12, goes_with=("Chargers",)),
    Leaf("Electronics > Audio > Speakers", ("Bluetooth Speaker", "Soundbar", "Shelf Speakers", "Shower Speaker"), 58, "colour", peak=12, goes_with=("Chargers", "Batteries")),
    Leaf("Electronics > Power > Chargers", ("USB-C Charger", "Power Bank", "Wireless Charger", "Travel Adapter"), 22, "colour", peak=7),
    Leaf("Electronics > Power > Batteries", ("AA Batteries", "AAA Batteries", "Coin Cells", "Rechargeable Cells"), 9, "pack", days=55),
    Leaf("Electronics > Printing > Printers", ("Inkjet Printer", "Laser Printer", "Photo Printer", "Label Printer"), 108, "colour", peak=9, goes_with=("Ink & Paper",)),
    Leaf("Electronics > Printing > Ink & Paper", ("Ink Cartridge", "Toner Cartridge", "Photo Paper", "Copy Paper"), 25, "pack", days=39),
    Leaf("Garden & Outdoor > Growing > Seeds", ("Wildflower Seeds", "Herb Seeds", "Tomato Seeds", "Tulip Bulbs"), 4, "pack", peak=4, goes_with=("Garden Tools",)),
    Leaf("Garden & Outdoor > Growing > Garden Tools", ("Hand Trowel", "Secateurs", "Watering Can", "Garden Fork"), 20, "finish", peak=5),
    Leaf("Garden & Outdoor > Patio > Garden Furniture", ("Folding Chair", "Bistro Table", "Bench", "Sun Lounger"), 94, "colour", peak=6, goes_with=("Outdoor Lights",)),
    Leaf("Garden & Outdoor > Patio > Outdoor Lights", ("Solar Lanterns", "String Lights", "Path Lights", "Fire Bowl"), 27, "finish", peak=7),
    Leaf("Garden & Outdoor > Camping > Tents", ("Two-Person Tent", "Family Tent", "Tarp Shelter", "Sleeping Bag"), 128, "colour", peak=7, goes_with=("Camp Kitchen",)),
    Leaf("Garden & Outdoor > Camping > Camp Kitchen", ("Camp Stove", "Cook Set", "Insulated Flask", "Cool Box"), 26, "colour", peak=7),
    Leaf("Sport & Fitness > Running > Running Shoes", ("Road Running Shoes", "Trail Running Shoes", "Racing Flats"), 84, "colour", peak=4, goes_with=("Running Layers",)),
    Leaf("Sport & Fitness > Running > Running Layers", ("Running Socks", "Running Vest", "Rain Shell", "Running Gloves"), 21, "colour", peak=10),
    Leaf("Sport & Fitness > Gym > Weights", ("Kettlebell", "Dumbbell Pair", "Resistance Bands", "Yoga Mat"), 38, "colour", peak=1, goes_with=("Sports Nutrition",)),
    Leaf("Sport & Fitness > Gym > Sports Nutrition", ("Whey Protein", "Plant Protein", "Energy Gels", "Electrolyte Tablets"), 27, "sweet", days=29, peak=1),
    Leaf("Sport & Fitness > Cycling > Lights & Locks", ("Front Light", "Rear Light", "D-Lock", "Cable Lock"), 31, "colour", peak=10, goes_with=("Bike Care",)),
    Leaf("Sport & Fitness > Cycling > Bike Care", ("Chain Oil", "Tyre Sealant", "Degreaser", "Inner Tube Pair"), 11, "pack", days=52, peak=6),
    Leaf("Office & Craft > Writing > Pens", ("Fountain Pen", "Gel Pens", "Brush Pens", "Mechanical Pencil"), 11, "colour", peak=9, goes_with=("Notebooks",)),
    Leaf("Office & Craft > Writing > Notebooks", ("Notebook", "Sketchbook", "Weekly Planner", "Index Cards"), 12, "colour", days=48, peak=9),
    Leaf("Office & Craft > Art > Paints", ("Watercolour Set", "Acrylic Set", "Gouache Set", "Oil Pastels"), 24, "pack", peak=11, goes_with=("Paper & Canvas",)),
    Leaf("Office & Craft > Art > Paper & Canvas", ("Watercolour Pad", "Canvas Board", "Mixed Media Pad", "Sketch Paper"), 15, "pack", days=44),
    Leaf("Office & Craft > Knitting > Yarn", ("Merino Yarn", "Cotton Yarn", "Chunky Yarn", "Sock Yarn"), 7, "colour", days=31, peak=11, goes_with=("Needles & Hooks",)),
    Leaf("Office & Craft > Knitting > Needles & Hooks", ("Circular Needles", "Crochet Hook Set", "Straight Needles", "Stitch Markers"), 13, "finish", goes_with=("Yarn",)),
)
# fmt: on

LEAF_INDEX: dict[str, int] = {leaf.name: index for index, leaf in enumerate(LEAVES)}
DEPARTMENTS: tuple[str, ...] = tuple(dict.fromkeys(leaf.department for leaf in LEAVES))

# Six brands a department; the first sells at the highest prices, the last at the lowest.
BRANDS: dict[str, tuple[str, ...]] = {
    "Home & Kitchen": ("Aldermoor", "Hearthline", "Fennick & Rye", "Oakbarrow", "Plainhouse", "Tidy Nook"),
    "Food & Drink": ("Larkfield Estate", "Morrow Mill", "Copperpot Pantry", "Greenlane", "Daily Crust", "Basket & Co"),
    "Beauty & Care": ("Maison Verbena", "Seawrack", "Linden & Clay", "Softwater", "Barely There", "Bright Basin"),
    "Pets": ("Noble Paw", "Wagstaffe", "Whisker Row", "Hedgerow", "Good Biscuit", "Muddy Boots"),
    "Electronics": ("Auralis", "Voltmere", "Kestrel Labs", "Nimbyte", "Plugwell", "Everwatt"),
    "Garden & Outdoor": ("Thornbury", "Fieldgate", "Saltmarsh", "Greenspan", "Backyarder", "Rambleton"),
    "Sport & Fitness": ("Peakform", "Strider", "Ironvale", "Tempo North", "Loopline", "Gymbase"),
    "Office & Craft": ("Quillon", "Inkwell & Sons", "Papermoth", "Looma", "Scribbly", "Deskmate"),
}

SERIES: tuple[str, ...] = (
    "Classic", "Heritage", "Studio", "Everyday", "Signature", "Compact", "Deluxe", "Essential", "Harbour", "Meadow",
    "Summit", "Willow", "Ember", "Coast", "Highland", "Cotswold", "Aurora", "Juniper", "Atlas", "Solstice",
)  # fmt: skip

DETAILS: dict[str, tuple[str, ...]] = {
    "finish": (
        "Brushed Steel", "Matte Black", "Copper", "Walnut", "Slate Grey", "Cream Enamel", "Beech", "Forest Green",
        "Polished Chrome", "Graphite",
    ),
    "colour": (
        "Navy", "Charcoal", "Sage", "Terracotta", "Ivory", "Mustard", "Teal", "Blush", "Sky Blue", "Plum",
    ),
    "roast": (
        "Dark Roast", "Medium Roast", "Light Roast", "Decaf", "Ethiopia", "Colombia", "Guatemala", "Sumatra", "Kenya",
        "Breakfast Roast",
    ),
    "botanical": (
        "Ginger", "Lemon", "Peppermint", "Jasmine", "Chamomile", "Cinnamon", "Bergamot", "Rosehip", "Original", "Organic",
    ),
    "savoury": (
        "Smoked", "Lemon", "Garlic", "Mild", "Extra Hot", "Organic", "Herb", "Original", "Sea Salt", "Paprika",
    ),
    "sweet": (
        "Original", "Honey", "Cacao", "Wild Berry", "Hazelnut", "Salted Caramel", "Ginger", "Orange", "Vanilla", "Organic",
    ),
    "protein": (
        "Chicken", "Salmon", "Turkey", "Lamb", "Duck", "Beef", "Tuna", "Sensitive", "Grain-Free", "Original",
    ),
    "scent": (
        "Lavender", "Unscented", "Rose", "Sea Salt", "Cedarwood", "Bergamot", "Oat Milk", "Fig", "Eucalyptus", "Neroli",
    ),
    "pack": (
        "Single", "Pack of 2", "Pack of 4", "Pack of 8", "Pack of 12", "Starter Pack", "Value Pack", "Large", "Small",
        "Refill",
    ),
}  # fmt: skip

COUNTRIES: tuple[str, ...] = ("GB", "IE", "FR", "DE", "NL", "US", "ES", "SE")
COUNTRY_SHARES: tuple[float, ...] = (0.80, 0.06, 0.035, 0.03, 0.025, 0.02, 0.015, 0.015)
