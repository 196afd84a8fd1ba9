"""QueryLineage, as boto3 sees it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import ErrorOf, arn
from tests.api.test_lineage_entities import action, artifact, context


class Lineage:
    """Data, a training component, a model, its deployment and its endpoint."""

    def __init__(self, sagemaker: Any) -> None:
        self.data = artifact(sagemaker, "s3://bucket/data", Properties={"rows": "100"})
        self.image = artifact(sagemaker, "image:1", ArtifactType="Image")
        self.run = sagemaker.create_trial_component(TrialComponentName="run")["TrialComponentArn"]
        self.model = artifact(sagemaker, "s3://bucket/model.tar.gz", ArtifactType="Model")
        self.deployment = action(sagemaker, "deploy", ActionType="ModelDeployment")
        self.endpoint = context(sagemaker, "endpoint", ContextType="Endpoint")
        for source, destination, kind in (
            (self.data, self.run, "ContributedTo"),
            (self.image, self.run, "ContributedTo"),
            (self.run, self.model, "Produced"),
            (self.model, self.deployment, "ContributedTo"),
            (self.deployment, self.endpoint, "AssociatedWith"),
        ):
            sagemaker.add_association(
                SourceArn=source, DestinationArn=destination, AssociationType=kind
            )


@pytest.fixture
def lineage(sagemaker: Any) -> Lineage:
    return Lineage(sagemaker)


def found(sagemaker: Any, start: str, **request: Any) -> list[str]:
    answer = sagemaker.query_lineage(StartArns=[start], **request)
    return [each["Arn"] for each in answer["Vertices"]]


def test_everything_upstream_of_an_endpoint_the_nearest_first(
    sagemaker: Any, lineage: Lineage
) -> None:
    answer = sagemaker.query_lineage(
        StartArns=[lineage.endpoint], Direction="Ascendants", IncludeEdges=True
    )
    assert answer["Vertices"] == [
        {"Arn": lineage.endpoint, "Type": "Endpoint", "LineageType": "Context"},
        {"Arn": lineage.deployment, "Type": "ModelDeployment", "LineageType": "Action"},
        {"Arn": lineage.model, "Type": "Model", "LineageType": "Artifact"},
        {"Arn": lineage.run, "LineageType": "TrialComponent"},
        {"Arn": lineage.data, "Type": "DataSet", "LineageType": "Artifact"},
        {"Arn": lineage.image, "Type": "Image", "LineageType": "Artifact"},
    ]
    assert answer["Edges"][0] == {
        "SourceArn": lineage.deployment,
        "DestinationArn": lineage.endpoint,
        "AssociationType": "AssociatedWith",
    }
    assert len(answer["Edges"]) == 5
    assert "NextToken" not in answer


def test_directions(sagemaker: Any, lineage: Lineage) -> None:
    up, down = [lineage.data, lineage.image], [lineage.model, lineage.deployment, lineage.endpoint]
    assert found(sagemaker, lineage.run, Direction="Ascendants") == [lineage.run, *up]
    assert found(sagemaker, lineage.run, Direction="Descendants") == [lineage.run, *down]
    # By default both, at every entity: the two inputs know of each other.
    assert set(found(sagemaker, lineage.run)) == {lineage.run, *up, *down}
    assert lineage.image in found(sagemaker, lineage.data)
    answer = sagemaker.query_lineage(StartArns=[lineage.run])
    assert answer["Edges"] == []


def test_depth_is_the_number_of_associations(sagemaker: Any, lineage: Lineage) -> None:
    request = {"Direction": "Descendants", "MaxDepth": 2}
    assert found(sagemaker, lineage.data, **request) == [lineage.data, lineage.run, lineage.model]
    assert found(sagemaker, lineage.data, MaxDepth=0) == [lineage.data]


def test_filters_restrict_what_is_returned_and_not_what_is_walked(
    sagemaker: Any, lineage: Lineage
) -> None:
    def filtered(**filters: Any) -> list[str]:
        return found(sagemaker, lineage.endpoint, Direction="Ascendants", Filters=filters)

    assert filtered(Types=["DataSet"]) == [lineage.data]
    assert filtered(LineageTypes=["Artifact"]) == [lineage.model, lineage.data, lineage.image]
    assert filtered(LineageTypes=["Artifact"], Types=["Endpoint", "DataSet"]) == [lineage.data]
    # One pair that matches is enough.
    assert filtered(Properties={"rows": "100", "columns": "3"}) == [lineage.data]
    assert filtered(Properties={"rows": "99"}) == []
    model = sagemaker.describe_artifact(ArtifactArn=lineage.model)["CreationTime"]
    before = filtered(CreatedBefore=model)
    assert set(before) <= {lineage.data, lineage.image, lineage.run}
    assert set(filtered(CreatedAfter=model)) >= {
        lineage.model,
        lineage.deployment,
        lineage.endpoint,
    }
    assert len(filtered(ModifiedAfter=0)) == 6
    assert filtered(ModifiedBefore=1) == []


def test_edges_of_a_filtered_answer_are_the_way_to_what_matches(
    sagemaker: Any, lineage: Lineage
) -> None:
    answer = sagemaker.query_lineage(
        StartArns=[lineage.endpoint],
        Direction="Ascendants",
        IncludeEdges=True,
        Filters={"Types": ["DataSet"]},
    )
    on_the_way = [lineage.endpoint, lineage.deployment, lineage.model, lineage.run, lineage.data]
    assert [each["Arn"] for each in answer["Vertices"]] == on_the_way
    assert [each["SourceArn"] for each in answer["Edges"]] == on_the_way[1:]


def test_pages(sagemaker: Any, lineage: Lineage, error_of: ErrorOf) -> None:
    request = {"StartArns": [lineage.endpoint], "Direction": "Ascendants", "IncludeEdges": True}
    first = sagemaker.query_lineage(**request, MaxResults=4)
    second = sagemaker.query_lineage(**request, MaxResults=4, NextToken=first["NextToken"])
    whole = sagemaker.query_lineage(**request)
    assert first["Vertices"] + second["Vertices"] == whole["Vertices"]
    assert first["Edges"] + second["Edges"] == whole["Edges"]
    assert "NextToken" not in second
    code, text = error_of(
        sagemaker.query_lineage, StartArns=[lineage.data], NextToken=first["NextToken"]
    )
    assert code == "ValidationException"
    assert "Invalid pagination token" in text


def test_without_a_start_it_is_about_all(sagemaker: Any, lineage: Lineage) -> None:
    answer = sagemaker.query_lineage(Filters={"Types": ["DataSet", "Endpoint"]})
    assert [each["Arn"] for each in answer["Vertices"]] == [lineage.data, lineage.endpoint]


def test_a_start_must_exist(sagemaker: Any, error_of: ErrorOf) -> None:
    for kind, noun in (("action", "Action"), ("experiment-trial-component", "TrialComponent")):
        start = arn(kind, "none")
        expected = ("ResourceNotFound", f"{noun} '{start}' does not exist.")
        assert error_of(sagemaker.query_lineage, StartArns=[start]) == expected
    code, _ = error_of(sagemaker.query_lineage, StartArns=[arn("training-job", "j")])
    assert code == "ValidationException"
    code, _ = error_of(sagemaker.query_lineage, StartArns=[arn("action", "a")], MaxDepth=11)
    assert code == "ValidationException"


def test_an_experiment_is_an_entity_without_a_lineage_type(
    sagemaker: Any, lineage: Lineage
) -> None:
    experiment = sagemaker.create_experiment(ExperimentName="e")["ExperimentArn"]
    sagemaker.add_association(SourceArn=experiment, DestinationArn=lineage.model)
    answer = sagemaker.query_lineage(StartArns=[experiment], Direction="Descendants", MaxDepth=1)
    assert answer["Vertices"][0] == {"Arn": experiment, "Type": "Experiment"}
    assert answer["Vertices"][1]["Arn"] == lineage.model
