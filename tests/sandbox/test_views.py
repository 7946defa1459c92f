"""views.*: triggers, the stack of three, hashes and the Home tab."""

import copy

from sandbox.tickets import TRIGGER_SECONDS
from tests.sandbox.conftest import Here, run
from tests.sandbox.test_chat import refusal


def text(words: str) -> dict:
    return {"type": "plain_text", "text": words}


def field(block_id: str, **changes) -> dict:
    element = {"type": "plain_text_input", "action_id": f"{block_id}_in", **changes}
    return {"type": "input", "block_id": block_id, "label": text("Label"), "element": element}


def modal(*blocks: dict, **changes) -> dict:
    base = {"type": "modal", "title": text("Title"), "submit": text("Send"), "blocks": list(blocks)}
    return base | changes


FORM = modal(field("what"))


def trigger(here: Here, user: str = "U04") -> str:
    return here.world.tickets.trigger(user)


def test_a_trigger_opens_one_form_within_three_seconds():
    async def story(here: Here) -> None:
        spent, stale = trigger(here), trigger(here)
        opened = await here.client.views_open(trigger_id=spent, view=FORM)
        assert opened["view"]["state"]["values"]["what"]["what_in"]["value"] is None
        again = here.client.views_open(trigger_id=spent, view=FORM)
        assert await refusal(again) == "exchanged_trigger_id"
        here.world.tickets.triggers[stale].issued -= TRIGGER_SECONDS + 0.1
        assert await refusal(here.client.views_open(trigger_id=stale, view=FORM)) == "expired_trigger_id"
        assert await refusal(here.client.views_open(trigger_id="1.2.x", view=FORM)) == "invalid_trigger_id"

    run(story)


def test_a_refused_form_leaves_its_trigger_unspent():
    async def story(here: Here) -> None:
        ticket = trigger(here)
        assert await refusal(here.client.views_open(trigger_id=ticket, view=modal(title=text("x" * 25)))) == (
            "invalid_arguments"
        )
        assert (await here.client.views_open(trigger_id=ticket, view=FORM))["ok"]

    run(story)


def test_three_forms_may_lie_on_each_other():
    async def story(here: Here) -> None:
        client = here.client
        assert await refusal(client.views_push(trigger_id=trigger(here), view=FORM)) == "not_found"
        root = await client.views_open(trigger_id=trigger(here), view=FORM)
        second = await client.views_push(trigger_id=trigger(here), view=FORM)
        await client.views_push(trigger_id=trigger(here), view=FORM)
        assert await refusal(client.views_push(trigger_id=trigger(here), view=FORM)) == "push_limit_reached"
        assert second["view"]["previous_view_id"] == root["view"]["id"] == second["view"]["root_view_id"]

    run(story)


def test_what_was_typed_survives_an_update_under_the_same_ids():
    async def story(here: Here) -> None:
        opened = (await here.client.views_open(trigger_id=trigger(here), view=FORM))["view"]
        here.driver.fill("U04", opened["id"], {"what": "smoke"})
        changed = modal(field("what"), field("more", initial_value="first"))
        view = (await here.client.views_update(view_id=opened["id"], view=changed, hash=opened["hash"]))[
            "view"
        ]
        assert view["state"]["values"]["what"]["what_in"]["value"] == "smoke"
        assert view["state"]["values"]["more"]["more_in"]["value"] == "first"
        late = here.client.views_update(view_id=opened["id"], view=changed, hash=opened["hash"])
        assert await refusal(late) == "hash_conflict"
        renamed = (await here.client.views_update(view_id=opened["id"], view=modal(field("what2"))))["view"]
        assert renamed["state"]["values"] == {
            "what2": {"what2_in": {"type": "plain_text_input", "value": None}}
        }

    run(story)


def test_external_ids_are_unique_and_find_the_form():
    async def story(here: Here) -> None:
        named = FORM | {"external_id": "form-1"}
        await here.client.views_open(trigger_id=trigger(here), view=named)
        other = here.client.views_open(trigger_id=trigger(here, "U05"), view=named)
        assert await refusal(other) == "duplicate_external_id"
        updated = await here.client.views_update(external_id="form-1", view=modal(field("b")))
        assert updated["view"]["blocks"][0]["block_id"] == "b"
        assert await refusal(here.client.views_update(external_id="nope", view=FORM)) == "not_found"

    run(story)


def test_the_home_tab_takes_no_modal():
    async def story(here: Here) -> None:
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        first = (await here.client.views_publish(user_id="U04", view=home))["view"]
        await here.client.views_publish(user_id="U04", view=home, hash=first["hash"])
        late = here.client.views_publish(user_id="U04", view=home, hash=first["hash"])
        assert await refusal(late) == "hash_conflict"
        assert await refusal(here.client.views_publish(user_id="U04", view=FORM)) == "invalid_arguments"
        assert (
            await refusal(here.client.views_open(trigger_id=trigger(here), view=home)) == "invalid_arguments"
        )
        assert await refusal(here.client.views_publish(user_id="U99", view=home)) == "user_not_found"

    run(story)


def test_a_view_beyond_250_kb_is_too_large():
    async def story(here: Here) -> None:
        huge = copy.deepcopy(FORM)
        huge["blocks"] = [{"type": "section", "text": text("危" * 3000)} for _ in range(90)]
        assert await refusal(here.client.views_open(trigger_id=trigger(here), view=huge)) == "view_too_large"

    run(story)


def test_every_kind_of_field_answers_as_slack_does():
    options = [{"text": text(name), "value": name.lower()} for name in ("Red", "Green")]
    kinds = {
        "t": ({"type": "plain_text_input"}, "words", {"value": "words"}),
        "n": ({"type": "number_input", "is_decimal_allowed": False}, 7, {"value": "7"}),
        "e": ({"type": "email_text_input"}, "a@b.cn", {"value": "a@b.cn"}),
        "s": ({"type": "static_select", "options": options}, "red", {"selected_option": options[0]}),
        "m": (
            {"type": "multi_static_select", "options": options},
            ["Green"],
            {"selected_options": [options[1]]},
        ),
        "r": ({"type": "radio_buttons", "options": options}, "green", {"selected_option": options[1]}),
        "c": ({"type": "checkboxes", "options": options}, "red", {"selected_options": [options[0]]}),
        "u": ({"type": "users_select"}, "U05", {"selected_user": "U05"}),
        "us": ({"type": "multi_users_select"}, ["U05", "U06"], {"selected_users": ["U05", "U06"]}),
        "co": ({"type": "conversations_select"}, "C001", {"selected_conversation": "C001"}),
        "ch": ({"type": "channels_select"}, "C001", {"selected_channel": "C001"}),
        "d": ({"type": "datepicker"}, "2026-12-01", {"selected_date": "2026-12-01"}),
        "ti": ({"type": "timepicker"}, "14:05", {"selected_time": "14:05"}),
        "dt": ({"type": "datetimepicker"}, 1_796_104_800, {"selected_date_time": 1_796_104_800}),
    }
    blocks = [field(name, **element) for name, (element, _, _) in kinds.items()]

    async def story(here: Here) -> None:
        opened = (await here.client.views_open(trigger_id=trigger(here), view=modal(*blocks)))["view"]
        form = here.driver.fill("U04", opened["id"], {name: answer for name, (_, answer, _) in kinds.items()})
        expected = {name: {f"{name}_in": {"type": e["type"], **v}} for name, (e, _, v) in kinds.items()}
        assert form.state == expected

    run(story)
