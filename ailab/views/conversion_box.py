"""The button that turns the chosen model into ONNX, and how far that is."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.conversion_state import ConversionState
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import InferenceState, ModelSource
from ailab.views.banner import Banner
from ailab.views.single_click_button import SingleClickButton
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel


class ConversionBox(QWidget):
    """Seen where there is something to convert, or to tell of it, or of why it cannot be done.

    Args:
        conversion: what is shown and done.
        inference: names the model and the picture.
        parent: the widget around it.

    Attributes:
        convert: begins.
        reason: why a model that PyTorch runs cannot be converted.
        cancel: ends it.
        stage: what is done now.
        banner: what came of it.
    """

    def __init__(
        self,
        conversion: ConversionViewModel,
        inference: InferenceViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversion = conversion
        self._inference = inference
        self.banner = Banner()
        self.convert = SingleClickButton("Convert &to ONNX")
        self.convert.setToolTip(
            "Turn the model into ONNX, compare both on the picture shown, "
            "and run it on ONNX Runtime from then on"
        )
        self.reason = WrappedLabel("Why the model is not converted", "muted")
        self.stage = WrappedLabel("What the conversion does", "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.cancel = SingleClickButton("Cancel conversion")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.convert)
        row.addWidget(self.cancel)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for widget in (self.banner, self.reason, self.stage, self.bar):
            column.addWidget(widget)
        column.addLayout(row)
        self.convert.clicked.connect(self._on_convert)
        self.cancel.clicked.connect(conversion.cancel)
        self.banner.dismissed.connect(conversion.dismiss)
        conversion.changed.connect(self._on_conversion)
        inference.changed.connect(self._on_inference)
        self._render()

    def _on_conversion(self, _old: ConversionState, _new: ConversionState) -> None:
        self._render()

    def _on_inference(self, old: InferenceState, new: InferenceState) -> None:
        is_other = _chosen(old) != _chosen(new)
        if is_other and self._is_told_of(old):
            self._conversion.dismiss()  # it was told of the model chosen before
        if is_other or (old.status, old.is_running) != (new.status, new.is_running):
            self._render()

    def _is_told_of(self, inference: InferenceState) -> bool:
        """True where something is told of the model chosen."""
        state = self._conversion.state
        is_told = state.problem is not None or bool(state.notice)
        return is_told and _chosen(inference).strip() == state.model.strip()

    def _render(self) -> None:
        state, inference = self._conversion.state, self._inference.state
        had_focus = self.convert.hasFocus() or self.cancel.hasFocus()
        can_convert = inference.status.can_convert
        self.convert.setVisible(can_convert and not state.is_running)
        self.convert.setEnabled(not inference.is_running)
        reason = inference.status.why_not_convert
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        for widget in (self.stage, self.bar, self.cancel):
            widget.setVisible(state.is_running)
        self.stage.setText(state.progress)
        is_told = self._is_told_of(inference)
        if not is_told:
            self.banner.tell("")
        elif state.problem is not None:
            self.banner.tell(state.problem.message, state.problem.advice)
        else:
            self.banner.tell(state.notice, tone="success")
        if had_focus:
            # The keyboard stays where the person left it.
            (self.cancel if state.is_running else self.convert).setFocus()
        self.setVisible(can_convert or bool(reason) or state.is_running or is_told)

    def _on_convert(self) -> None:
        inference = self._inference.state
        picture = self._inference.results.state.current_path
        self._conversion.convert(_chosen(inference), picture, inference.model_source)


def _chosen(inference: InferenceState) -> str:
    """The model in the field that is shown."""
    match inference.model_source:
        case ModelSource.HUGGING_FACE:
            return inference.model_text
        case ModelSource.LOCAL:
            return inference.local_path
        case _:
            return inference.served_model
