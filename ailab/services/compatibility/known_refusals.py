"""The classes of transformers that take pictures, are not run, and why not.

Source: the networks that transformers 5.24 has, in so far as they are called with a picture.
`docs/engines.md` tells the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES
from ailab.services.inference.chat_models import CHAT_MODELS
from ailab.services.inference.writing_models import WRITING_MODELS

_VIDEO = "asks for a video"
_TWO_PICTURES = "asks for two pictures, whose points it matches"
_WORDS = "asks for words beside the picture, and answers with neither words nor scores of labels"
_PLACES = "asks for the words on the page and their places"
_TILES = "asks for a picture in tiles of its own kind"
_HEADLESS = "is saved without the part that makes an answer of what it sees"
_PICKS = (
    "is a detector without its head, and picks anew in each picture what it looks at, so that "
    "nothing of it stands for the picture as a whole"
)
_EYES = "sees for a network that writes, whose own processor prepares its pictures"
_HALF = "is one part of a network, and answers nothing without the others"
_SILENT = "is a network that writes, without the part that does"
_UNTRIED = "was never compared with transformers, so that nothing is promised"

_CHATS_NOT_RUN = """
    Apertus1p5 Chameleon Cosmos3Edge Cosmos3Omni FastVlm Fuyu Idefics Inkling Inkling2 Inkling2Loop
    InstructBlipVideo LlavaNextVideo MiniMaxM3VL Mllama MuseGlimmer MuseSpark PI0 Phi4Multimodal
    Qwen2_5OmniThinker Qwen3OmniMoeThinker T5Gemma2"""
_UNTRIED_CHATS = """
    Apertus1p5 Cosmos3Omni Inkling Inkling2 Inkling2Loop MiniMaxM3Sparse MuseGlimmer MuseSpark
    Qwen3OmniMoeThinker"""

_BY_REASON: Mapping[str, str] = {
    _VIDEO: """
        InstructBlipVideoForConditionalGeneration PeAudioVideoEncoder PeAudioVideoModel
        PeVideoEncoder PeVideoModel Sam3TrackerVideoModel TimesformerForVideoClassification
        TimesformerModel TvpForVideoGrounding TvpModel VJEPA2ForVideoClassification VJEPA2Model
        VideoMAEForPreTraining VideoMAEForVideoClassification VideoMAEModel VideoPrismClipModel
        VideoPrismForVideoClassification VideoPrismVideoModel VideoPrismVisionModel
        VideomtForUniversalSegmentation VivitForVideoClassification VivitModel XCLIPModel
        XCLIPVisionModel""",
    _TWO_PICTURES: """
        EfficientLoFTRForKeypointMatching EfficientLoFTRModel LightGlueForKeypointMatching
        SuperGlueForKeypointMatching""",
    _WORDS: """
        Blip2Model BridgeTowerModel Cohere2VisionModel EmbeddingGemma2Model
        Gemma3ForSequenceClassification GroundingDinoModel MMGroundingDinoModel
        ModernVBertForMaskedLM ModernVBertForSequenceClassification
        ModernVBertForTokenClassification ModernVBertModel NeoMMEForMaskedLM NeoMMEModel
        Qwen3_5ForSequenceClassification T5Gemma2ForSequenceClassification
        T5Gemma2ForTokenClassification UltraVBertForMaskedLM UltraVBertForSequenceClassification
        UltraVBertForTokenClassification UltraVBertModel ViltForMaskedLM ViltForTokenClassification
        ViltModel""",
    _PLACES: """
        LayoutLMForQuestionAnswering LayoutLMv2ForQuestionAnswering
        LayoutLMv2ForSequenceClassification LayoutLMv2ForTokenClassification LayoutLMv2Model
        LayoutLMv3ForQuestionAnswering LayoutLMv3ForSequenceClassification
        LayoutLMv3ForTokenClassification LayoutLMv3Model UdopEncoderModel
        UdopForConditionalGeneration UdopModel""",
    _TILES: "Llama4VisionModel MllamaVisionModel",
    _HEADLESS: """
        Mask2FormerModel MaskFormerModel MgpstrModel OneFormerModel PPOCRV5MobileRecModel
        PPOCRV5ServerDetModel PPOCRV5ServerRecModel PPOCRV6MediumDetModel PPOCRV6SmallDetModel
        PPOCRV6SmallRecModel PPOCRV6TinyRecModel SegGptModel UVDocModel""",
    _PICKS: """
        DFineModel Deimv2Model LwDetrModel PPDocLayoutV2Model PPDocLayoutV3Model PPDocLayoutV4Model
        RTDetrModel RTDetrV2Model RfDetrModel""",
    _EYES: """
        Cosmos3EdgeVisionModel DeepseekOcr2VisionModel Dots3NoteVisionModel Gemma4VisionModel
        GraniteDoclingVisionModel HYV4VLVisionModel HunYuanVLVisionTransformer
        Idefics3VisionTransformer Inkling2VisionModel InklingVisionModel
        InstructBlipVideoVisionModel InternVLVisionModel JanusVisionModel Kimi_K25VisionModel
        Lfm3VlVisionModel MiniCPMOcrVisionModel MiniCPMV4_7VisionModel MiniMaxM3VLVisionModel
        Molmo2VisionModel MuseGlimmerVisionModel MuseSparkVisionModel PPFormulaNetVisionModel
        PaddleOCRVisionModel PaddleOCRVisionTransformer Phi4MultimodalVisionModel
        Pix2StructVisionModel PixtralVisionModel QianfanOCRVisionModel SmolVLMVisionTransformer
        Step3p7VisionModel UnlimitedOcrVisionModel VideoLlama3VisionModel""",
    _HALF: """
        DiffusionGemmaEncoderModel EdgeTamVisionModel FlavaImageCodebook GlmImageVisionModel
        JanusVQVAE Sam2HieraDetModel Sam2VisionModel Sam3LiteTextTextModel Sam3ViTModel
        Sam3VisionModel SamHQVisionModel SamVisionModel T5Gemma2Encoder""",
    "makes pictures of words": "GlmImageForConditionalGeneration GlmImageModel",
    "asks for words, and for pictures prepared in steps that ailab does not know": """
        BridgeTowerForContrastiveLearning BridgeTowerForImageAndTextRetrieval
        BridgeTowerForMaskedLM""",
    "asks for two pictures beside a text": "ViltForImagesAndTextClassification",
    "makes a vector of each of its queries, and features here are one vector a picture": """
        Blip2VisionModelWithProjection""",
    "tells depths, regions and how surfaces lie at once, of which its other classes tell one": """
        Tipsv2DptForDensePrediction""",
    "asks for a protein": "EvollaForProteinText2Text",
    "asks for a trimap, drawn around the thing to be cut out": "VitMatteForImageMatting",
    "asks for numbers that it has no part to make of a picture by": "PerceiverModel",
    "asks for timm's way of preparing pictures, which is kept with no such backbone": """
        TimmBackbone""",
    "tells how surfaces lie, which is no task of ailab": """
        Sapiens2ForNormalEstimation Tipsv2DptForNormalEstimation""",
    "tells where points are in space, which is no task of ailab": "Sapiens2ForPointmapEstimation",
    "writes the HTML of a table, which is no task of ailab": """
        SLANeXtForTableRecognition SLANetForTableRecognition""",
    "makes a vector of each patch of a page, and features here are one vector a picture": """
        ColModernVBertForRetrieval ColPaliForRetrieval ColQwen2ForRetrieval""",
    "has a processor that takes no chat template": """
        ChameleonForConditionalGeneration FuyuForCausalLM IdeficsForVisionText2Text""",
    "asks for numbers that its processor does not give by itself": """
        Cosmos3EdgeForConditionalGeneration""",
    "asks for its part for sounds, which ailab leaves out": """
        Qwen2_5OmniThinkerForConditionalGeneration""",
    "has no class for what is nothing, which transformers takes its last class for": """
        ConditionalDetrForSegmentation""",
    "ends in an error of transformers' own": """
        Llama4ForConditionalGeneration LlavaNextVideoForConditionalGeneration""",
    "wrote nothing that could be compared with transformers": """
        FastVlmForConditionalGeneration T5Gemma2ForConditionalGeneration""",
    "moves a robot, and writes nothing": "PI0ForConditionalGeneration",
    _SILENT: f"""
        {" ".join(f"{name}Model" for name in _CHATS_NOT_RUN.split())}""",
    _UNTRIED: f"""
        {" ".join(f"{name}ForConditionalGeneration" for name in _UNTRIED_CHATS.split())}
        Ernie4_5_VL_MoeForConditionalGeneration Ernie4_5_VL_MoeModel
        NemotronH_Omni_Reasoning_V3 NeoMMEForRetrieval Phi4MultimodalForCausalLM""",
}
REASONS: Mapping[str, str] = MappingProxyType(
    {name: reason for reason, names in _BY_REASON.items() for name in names.split()}
)
"""By the names that stand in `config.json`; bodies of networks that are run are not among them."""

_ENDINGS = ("ForConditionalGeneration", "ForCausalLM")


def why_not_run(architecture: str) -> str:
    """What stands behind “Won't run:” and the architecture; empty where nothing is known.

    Args:
        architecture: as it stands in `config.json`.
    """
    if architecture in TORCH_ARCHITECTURES:
        return ""
    stem = architecture.removesuffix("Model")
    writes = any(f"{stem}{ending}" in {*CHAT_MODELS, *WRITING_MODELS} for ending in _ENDINGS)
    is_silent = architecture.endswith("Model") and writes
    return REASONS.get(architecture, _SILENT if is_silent else "")
