"""The elements of a card of schema 2.0: what each may hold. Data only; what may stand where is in `places`."""

from sandbox.feishu.cards.checks import (
    Check,
    an_object,
    anything,
    array,
    boolean,
    by_tag,
    either,
    like,
    one_of,
    only_true,
    shape,
    string,
    whole,
)

COLOURS = ("blue", "wathet", "turquoise", "green", "yellow", "orange", "red")
TEMPLATES = (*COLOURS, "carmine", "violet", "purple", "indigo", "grey", "default")
TAG_COLOURS = ("neutral", *COLOURS, "carmine", "violet", "purple", "indigo", "lime")
TEXT_SIZES = (
    *("heading-0", "heading-1", "heading-2", "heading-3", "heading-4", "heading", "normal", "notation"),
    *("xxxx-large", "xxx-large", "xx-large", "x-large", "large", "medium", "small", "x-small"),
)
ID = like(r"[A-Za-z][A-Za-z0-9_]{0,19}")
NAME = string(100, 1)
PIXELS = r"\d{1,2}px"
SPACE = like(rf"(small|medium|large|extra_large|{PIXELS})")
INNER = like(rf"{PIXELS}( {PIXELS}){{0,3}}")
OUTER = like(rf"-?{PIXELS}( -?{PIXELS}){{0,3}}")
ALIGN = one_of("left", "center", "right")
UPRIGHT = one_of("top", "center", "bottom")
DIRECTION = one_of("vertical", "horizontal")
WIDTH = like(r"(default|fill|auto|weighted|\d{2,4}px)")
TEXT_SIZE = either(one_of(*TEXT_SIZES), like(r"[a-z][A-Za-z0-9_-]{0,30}"))
COLOUR = string(40, 1)
URLS = shape({}, {"url": string(), "pc_url": string(), "ios_url": string(), "android_url": string()})
EVERY: dict[str, Check] = {"tag": anything, "element_id": ID, "margin": OUTER}
ICON = by_tag(
    {
        "standard_icon": shape({"tag": anything, "token": string(0, 1)}, {"color": COLOUR, "size": string()}),
        "custom_icon": shape({"tag": anything, "img_key": string(0, 1)}, {"size": string()}),
    }
)
LOOK = {"text_size": TEXT_SIZE, "text_color": COLOUR, "text_align": ALIGN, "lines": whole(1, 1000)}
I18N = {"i18n_content": an_object}


def plain_text(most: int = 0) -> Check:
    """A plain_text object of limited length."""
    text = {"tag": one_of("plain_text"), "content": string(most)}
    return shape(text, {"element_id": ID} | LOOK | I18N)


TEXT: dict[str, Check] = {
    "plain_text": plain_text(),
    "lark_md": shape({"tag": anything, "content": string()}, {"element_id": ID} | LOOK | I18N),
}
WORDS = by_tag(TEXT)
CONFIRM = shape({"title": plain_text(), "text": plain_text()}, {})
BEHAVIOUR = either(
    shape({"type": one_of("callback"), "value": an_object}, {}),
    shape(
        {"type": one_of("open_url"), "default_url": string(0, 1)},
        {"pc_url": string(), "ios_url": string(), "android_url": string()},
    ),
)
ACTIVE: dict[str, Check] = {
    "name": NAME,
    "behaviors": array(BEHAVIOUR, least=1),
    "confirm": CONFIRM,
    "disabled": boolean,
    "disabled_tips": plain_text(),
    "hover_tips": plain_text(),
}
ASKING: dict[str, Check] = ACTIVE | {"required": boolean, "placeholder": plain_text(100), "width": WIDTH}
OPTION = shape({"text": plain_text(), "value": string(0, 1)}, {"icon": ICON})
PERSON_OPTION = shape({"value": string(0, 1)}, {})
OPEN = array(OPTION, least=1)
FLOW: dict[str, Check] = {
    "direction": DIRECTION,
    "padding": INNER,
    "horizontal_spacing": SPACE,
    "horizontal_align": ALIGN,
    "vertical_spacing": SPACE,
    "vertical_align": UPRIGHT,
}
ELEMENTS: dict[str, Check] = {}
INSIDE = array(by_tag(ELEMENTS))


def element(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    """An element with what all have in common."""
    return shape(required, EVERY | optional)


COLUMN = element(
    {"tag": one_of("column")},
    FLOW
    | {"width": WIDTH, "weight": whole(1, 5), "background_style": COLOUR, "elements": INSIDE}
    | {"behaviors": array(BEHAVIOUR, least=1), "action": anything},
)
PANEL_HEADER = shape(
    {"title": WORDS},
    {"background_color": COLOUR, "vertical_align": UPRIGHT, "padding": INNER, "icon": ICON, "width": WIDTH}
    | {"position": one_of("top", "bottom"), "icon_position": one_of("left", "right", "follow_text")}
    | {"icon_expanded_angle": whole(-180, 180)},
)
TABLE_COLUMN = shape(
    {"name": string(0, 1)},
    {"display_name": string(), "data_type": string(), "width": string(), "format": an_object}
    | {"vertical_align": UPRIGHT, "horizontal_align": ALIGN, "date_format": string()},
)
SHOWN: dict[str, Check] = {
    "markdown": element(
        {"content": string()}, {"text_size": TEXT_SIZE, "text_align": ALIGN, "icon": ICON} | I18N
    ),
    "div": element({"text": WORDS}, {"width": WIDTH, "icon": ICON}),
    "hr": element({}, {}),
    "img": element(
        {"img_key": string(0, 1), "alt": plain_text()},
        {"title": WORDS, "corner_radius": string(), "size": string(), "transparent": boolean}
        | {"scale_type": one_of("crop_center", "crop_top", "fit_horizontal"), "preview": boolean},
    ),
    "img_combination": element(
        {"combination_mode": string(0, 1), "img_list": array(shape({"img_key": string(0, 1)}, {}), least=1)},
        {"corner_radius": string(), "combination_transparent": boolean},
    ),
    "person": element(
        {"user_id": string(0, 1)},
        {
            "size": string(),
            "show_avatar": boolean,
            "show_name": boolean,
            "style": one_of("normal", "capsule"),
        },
    ),
    "person_list": element(
        {"persons": array(shape({"id": string(0, 1)}, {}), least=1)},
        {"lines": whole(1, 1000), "size": string(), "show_name": boolean, "show_avatar": boolean}
        | {"drop_invalid_user_id": boolean, "icon": ICON},
    ),
    "table": element(
        {"columns": array(TABLE_COLUMN, least=1, most=50), "rows": array(an_object)},
        {"page_size": whole(1, 10), "row_height": string(), "row_max_height": string()}
        | {"freeze_first_column": boolean, "header_style": an_object},
    ),
    "chart": element(
        {"chart_spec": an_object},
        {"aspect_ratio": one_of("1:1", "2:1", "4:3", "16:9"), "height": like(r"(auto|\d{1,3}px)")}
        | {"color_theme": string(), "preview": boolean},
    ),
    "audio": element({"file_key": string(0, 1)}, {"duration": whole(0, 10**9), "audio_id": string()}),
}
CONTAINERS: dict[str, Check] = {
    "column_set": element(
        {"columns": array(COLUMN, least=1)},
        {"flex_mode": one_of("none", "stretch", "flow", "bisect", "trisect"), "background_style": COLOUR}
        | {"horizontal_spacing": SPACE, "horizontal_align": ALIGN, "action": anything},
    ),
    "form": element({"name": NAME, "elements": INSIDE}, FLOW),
    "interactive_container": element(
        {"behaviors": array(BEHAVIOUR, least=1), "elements": INSIDE},
        FLOW
        | {"width": WIDTH, "height": string(), "background_style": COLOUR, "has_border": boolean}
        | {"border_color": COLOUR, "corner_radius": string(), "name": NAME, "confirm": CONFIRM}
        | {"hover_tips": plain_text(), "disabled": boolean, "disabled_tips": plain_text()},
    ),
    "collapsible_panel": element(
        {"header": PANEL_HEADER, "elements": INSIDE},
        FLOW
        | {"expanded": boolean, "background_color": COLOUR}
        | {"border": shape({}, {"color": COLOUR, "corner_radius": string()})},
    ),
}
BUTTON_TYPES = (
    *("default", "primary", "danger", "text", "primary_text", "danger_text"),
    *("primary_filled", "danger_filled", "laser"),
)
INTERACTIVE: dict[str, Check] = {
    "button": element(
        {"text": plain_text(100)},
        ACTIVE
        | {"type": one_of(*BUTTON_TYPES), "size": one_of("tiny", "small", "medium", "large"), "width": WIDTH}
        | {"icon": ICON, "form_action_type": one_of("submit", "reset")},
    ),
    "input": element(
        {},
        ASKING
        | {"input_type": one_of("text", "multiline_text", "password"), "max_length": whole(1, 1000)}
        | {"default_value": string(1000), "rows": whole(1, 1000), "max_rows": whole(1, 1000)}
        | {"auto_resize": boolean, "show_icon": boolean, "value": an_object}
        | {"label": plain_text(), "label_position": one_of("top", "left")},
    ),
    "select_static": element(
        {"options": OPEN},
        ASKING
        | {"type": one_of("default", "text"), "initial_option": string(), "initial_index": whole(1, 10_000)},
    ),
    "multi_select_static": element(
        {"options": OPEN},
        ASKING | {"type": one_of("default", "text"), "selected_values": array(string(0, 1))},
    ),
    "select_person": element(
        {},
        ASKING
        | {"type": one_of("default", "text"), "initial_option": string(), "options": array(PERSON_OPTION)},
    ),
    "multi_select_person": element(
        {},
        ASKING
        | {"type": one_of("default", "text"), "selected_values": array(string(0, 1))}
        | {"options": array(PERSON_OPTION)},
    ),
    "select_img": element(
        {"options": array(shape({"img_key": string(0, 1), "value": string(0, 1)}, {}), least=1)},
        ASKING
        | {"style": one_of("normal", "laser"), "multi_select": boolean, "layout": string()}
        | {"can_preview": boolean, "aspect_ratio": string(), "value": an_object},
    ),
    "date_picker": element({}, ASKING | {"initial_date": like(r"\d{4}-\d\d-\d\d"), "value": an_object}),
    "picker_time": element({}, ASKING | {"initial_time": like(r"\d\d:\d\d"), "value": an_object}),
    "picker_datetime": element(
        {}, ASKING | {"initial_datetime": like(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "value": an_object}
    ),
    "checker": element(
        {"text": WORDS},
        ACTIVE
        | {"checked": boolean, "overall_checkable": boolean, "button_area": an_object, "padding": INNER}
        | {"checked_style": an_object},
    ),
    "overflow": element(
        {"options": array(shape({"text": plain_text()}, {"value": string(), "multi_url": URLS}), least=1)},
        {"width": WIDTH, "value": an_object, "confirm": CONFIRM, "behaviors": array(BEHAVIOUR), "name": NAME},
    ),
}
ELEMENTS.update(SHOWN | CONTAINERS | INTERACTIVE)
HEADER = shape(
    {"title": WORDS},
    {"subtitle": WORDS, "template": one_of(*TEMPLATES), "icon": ICON, "padding": INNER}
    | {
        "text_tag_list": array(
            shape(
                {"tag": one_of("text_tag"), "text": plain_text()},
                {"color": one_of(*TAG_COLOURS), "element_id": ID},
            ),
            most=3,
        )
    },
)
CONFIG = shape(
    {},
    {"update_multi": only_true, "enable_forward": boolean, "enable_forward_interaction": boolean}
    | {"width_mode": one_of("fill", "compact", "default"), "locales": array(string(0, 1))}
    | {"summary": shape({}, {"content": string()} | I18N), "use_custom_translation": boolean}
    | {"streaming_mode": boolean, "streaming_config": an_object}
    | {"style": shape({}, {"text_size": an_object, "color": an_object})},
)
CARD: Check = shape(
    {"schema": one_of("2.0"), "body": shape({"elements": INSIDE}, FLOW)},
    {"config": CONFIG, "header": HEADER, "card_link": URLS},
)
