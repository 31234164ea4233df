"""Choosing a server of models, and one of its models."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ailab.viewmodels.servers import ServersViewModel
from ailab.viewmodels.servers_state import ServedChoice, ServersState
from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.path_field import PathField
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_NONE = "Choose a model"
_LETTERS = 8


class ServerBox(QWidget):
    """Takes a server's address, connects to it, and offers its models.

    Args:
        servers: what is shown and changed.
        parent: the widget around it.

    Attributes:
        address: the server's, as it is typed; those used before drop down.
        connect_button: asks the server, or stops asking it.
        token_button: for the server's access token.
        models: the server's models, where it tells them.
        name: the model's name, where it tells none.
        status: how the server is, or why it is not.
        advice: what to do next.

    Signals:
        token_wanted(): the person wants to give the server's access token, or take it back.
    """

    token_wanted = pyqtSignal()

    def __init__(self, servers: ServersViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._servers = servers
        self.field = PathField("Server", "http://host:8000", shows_end=False)
        self.address = QComboBox()
        self.address.setEditable(True)
        self.address.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.address.setLineEdit(self.field)
        self.address.setAccessibleName("Server")
        self.address.setToolTip("Address of the server, such as http://host:8000")
        self.address.setCompleter(None)
        self.connect_button = QPushButton()
        self.connect_button.setToolTip("Ask the server for its models")
        self.token_button = QPushButton("Token…")
        self.token_button.setAccessibleName("Access token of the server")
        self.token_button.setToolTip("Give an access token, where the server asks for one")
        self.models = ElidedComboBox()
        self.models.setAccessibleName("Model on the server")
        self.name = PathField("Model on the server", "name of the model", shows_end=False)
        self.status = WrappedLabel("Whether the server answers")
        self.advice = WrappedLabel(tone="muted")
        for box in (self.address, self.models):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(_LETTERS)
        self._lay_out()
        self.field.textEdited.connect(servers.set_address)
        self.field.returnPressed.connect(servers.connect_to_server)
        self.address.activated.connect(self._on_known)
        self.connect_button.clicked.connect(self._on_connect)
        self.token_button.clicked.connect(self.token_wanted)
        self.models.activated.connect(self._on_model)
        self.name.textEdited.connect(servers.set_model_name)
        servers.changed.connect(self._on_changed)
        self._render(servers.state)

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        actions.addWidget(self.connect_button)
        actions.addWidget(self.token_button)
        actions.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(SPACE_SMALL)
        words.addWidget(self.status)
        words.addWidget(self.advice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.address)
        column.addLayout(actions)
        column.addLayout(words)
        column.addWidget(self.models)
        column.addWidget(self.name)

    def _on_changed(self, _old: ServersState, new: ServersState) -> None:
        self._render(new)

    def _render(self, state: ServersState) -> None:
        if tuple(map(self.address.itemText, range(self.address.count()))) != state.known:
            self.address.clear()
            self.address.addItems(state.known)
        self.field.show_text(state.address)
        self.connect_button.setText("Stop" if state.is_connecting else "Conn&ect")
        self.connect_button.setEnabled(bool(state.address.strip()))
        self.token_button.setEnabled(bool(state.token_server))
        # Of a model that was chosen already the line below it tells the same.
        problem = None if state.model else state.problem
        self.status.setText(state.text if problem is None else problem.message)
        set_tone(self.status, "muted" if problem is None else "warning")
        self.status.setVisible(bool(self.status.text()))
        self.advice.setText("" if problem is None else problem.advice)
        self.advice.setVisible(bool(self.advice.text()))
        self._render_models(state.choices, state.model)
        self.models.setVisible(bool(state.choices))
        self.name.setVisible(state.takes_name)
        if not self.name.hasFocus():
            self.name.show_text(state.model_name)

    def _render_models(self, choices: tuple[ServedChoice, ...] | None, model: str) -> None:
        shown = (ServedChoice("", _NONE), *(choices or ()))
        there = tuple(
            ServedChoice(self.models.itemData(index), self.models.itemText(index))
            for index in range(self.models.count())
        )
        if there != shown:
            self.models.clear()
            for choice in shown:
                self.models.addItem(choice.text, choice.address)
        self.models.setCurrentIndex(max(0, self.models.findData(model)))
        self.models.setToolTip(plain_tip(model))

    def _on_known(self, index: int) -> None:
        self._servers.set_address(self.address.itemText(index))
        self._servers.connect_to_server()

    def _on_connect(self) -> None:
        if self._servers.state.is_connecting:
            self._servers.cancel()
        else:
            self._servers.connect_to_server()

    def _on_model(self, index: int) -> None:
        self._servers.choose(self.models.itemData(index))
