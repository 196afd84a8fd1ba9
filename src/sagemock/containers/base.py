"""What a container is to the jobs and endpoints that run it.

A container can train, serve or process, or several of these: one protocol for each. Containers
are picklable, so that any executor can run them, unless their row in the registry says otherwise.
"""

from __future__ import annotations

from sagemock.containers.callbacks import (
    AwsAccess,
    Clock,
    Log,
    LogLine,
    Report,
    Stop,
    never,
    no_report,
)
from sagemock.containers.guide import ModelGuide
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.processing import (
    ProcessingContainer,
    ProcessingInput,
    ProcessingOutput,
    Publish,
    no_publish,
)
from sagemock.containers.serving import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    ModelData,
    Predictor,
    ServingContainer,
)
from sagemock.containers.training import TrainingContainer, TrainingInput, TrainingOutput
from sagemock.formats.content import Files, Workspace

__all__ = [
    "ArtifactError",
    "AwsAccess",
    "Channel",
    "Clock",
    "Files",
    "InferenceError",
    "InferenceRequest",
    "InferenceResponse",
    "Log",
    "LogLine",
    "ModelData",
    "ModelGuide",
    "Part",
    "Predictor",
    "ProcessingContainer",
    "ProcessingInput",
    "ProcessingOutput",
    "Publish",
    "Report",
    "ServingContainer",
    "Shard",
    "Stop",
    "TrainingContainer",
    "TrainingInput",
    "TrainingOutput",
    "Workspace",
    "never",
    "no_publish",
    "no_report",
]
