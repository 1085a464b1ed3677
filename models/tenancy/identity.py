"""Who is asking: the one statement that is put before anybody's reach is known."""

from __future__ import annotations

from sqlalchemy import Date, bindparam, column, exists, select, table

from models.tenancy.log import SharedChange
from models.tenancy.people import Membership, ProjectRole, User

_user, _held, _project = User.__table__.c, Membership.__table__.c, ProjectRole.__table__.c
_log = SharedChange.__table__.c
# Of rooms above this one, by their names: who joins, and since when a municipality is a member.
_joining, _place = table("accession", column("place_id")), table("municipality", column("id"), column("joined", Date))

# The user named by `user_id` beside each membership and project role, and when anything shared was changed last. Of a
# membership also whether its municipality `joins` by an accession, and from which day it has (`roles.is_open`).
# Of tables, not of classes: at every request the walls would only add that a user may read about oneself.
IDENTITY = (
    select(
        _user.id, _user.name, _user.email, _user.language, _user.active, _user.session_key,
        _user.settings,
        select(_log.at).order_by(_log.id.desc()).limit(1).scalar_subquery().label("changed"),
        _held.role, _held.municipality_id, _held.valid_from, _held.valid_to,
        exists().where(_joining.c.place_id == _place.c.id).label("joins"), _place.c.joined,
        _project.role.label("project_role"),
        _project.valid_from.label("project_from"), _project.valid_to.label("project_to"),
    )
    .select_from(
        User.__table__.outerjoin(Membership.__table__, _held.user_id == _user.id)
        .outerjoin(_place, _place.c.id == _held.municipality_id)
        .outerjoin(ProjectRole.__table__, _project.user_id == _user.id)
    )
    .where(_user.id == bindparam("user_id"))
)  # fmt: skip
