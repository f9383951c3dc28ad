with shared_effects as (
    select * from {{ ref('effect_overlaps') }}
),

lines as (
    select * from {{ ref('dim_budget_line') }}
)

select
    cast(shared_effects.overlap_id as {{ text_type() }}) as overlap_id,
    cast(shared_effects.line_id as {{ text_type() }}) as line_id,
    cast(lines.line_name as {{ text_type() }}) as line_name,
    cast(shared_effects.other_initiative as {{ text_type() }}) as other_initiative,
    cast(shared_effects.shared_effect as {{ text_type() }}) as shared_effect,
    cast(shared_effects.allocation as {{ text_type() }}) as allocation,
    cast(shared_effects.allocation_note as {{ text_type() }}) as allocation_note,
    cast(shared_effects.document_id as {{ text_type() }}) as document_id,
    cast(shared_effects.source_line as integer) as source_line
from shared_effects
left join lines
    on shared_effects.line_id = lines.line_id
